import type { Selectable } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { PolicyVersionTable } from '../../database/schema/registers.ts'
import { all, first, returned, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { notifyEveryAccount } from '../../mail/notify.ts'
import { hour, toIso } from '../../time.ts'
import { version as programVersion } from '../../version.ts'
import { noticePeriod } from '../inventory/periods.ts'
import { placeholdersIn } from './markdown.ts'
import { placeholderNames } from './placeholders.ts'
import { isMaterialSince, newestRevision, type ShippedPolicy, shippedPolicy } from './shipped.ts'

/** A version of the privacy policy. A material version affects the rights of users. */
export interface PolicyVersion {
  readonly id: number
  readonly text: string
  readonly author: string
  readonly material: boolean
  readonly publishedAt: number
  readonly effectiveAt: number
}

/** Whether a version is not in force yet, in force, or replaced by a later one. */
export type PolicyStatus = 'coming' | 'current' | 'past'

/** A new version proposed by the operator. */
export interface PolicyProposal {
  readonly text: string
  readonly author: string
  readonly material: boolean
  /** When it takes effect; undefined for the earliest permitted time. */
  readonly effectiveAt: number | undefined
}

const maxLength = 65_536
// If the server was off for longer than this, a notice was not visible when its record says.
const maxNoticeDelay = hour

/**
 * Stores the text shipped with this release: as the first version of a new database, or as the next version if the
 * newest stored one is an older shipped text. A text written by the operator is kept.
 */
export function* storeShippedPolicy(now: number, policy: ShippedPolicy = shippedPolicy): Unit<void> {
  yield* restartLateNotices(now)
  const newest = yield* findNewest()
  const revision = newestRevision(policy)
  if (newest && (newest.revision === null || newest.revision > revision || newest.text === policy.text)) return
  const material = newest?.revision === undefined ? false : isMaterialSince(policy, newest.revision ?? 0)
  const earliest = Math.max(now + (material ? noticePeriod : 0), newest?.effective_at ?? 0)
  const author = `Sotto ${programVersion}`
  yield* insertPolicyVersion({ revision, text: policy.text, author, material: Number(material) }, now, earliest)
}

// The notice is the banner, which was not visible while the server was off: the notice period starts now (P26).
function* restartLateNotices(now: number): Unit<void> {
  const late = yield* first(
    query
      .selectFrom('policy_version')
      .select('id')
      .where('material', '=', 1)
      .where('noticed_at', 'is', null)
      .where('published_at', '<', now - maxNoticeDelay)
      .orderBy('id')
      .limit(1),
  )
  if (!late) return
  const earliest = now + noticePeriod
  const waiting = query.updateTable('policy_version').where('id', '>=', late.id).where('noticed_at', 'is', null)
  yield* run(waiting.set({ effective_at: earliest }).where('effective_at', '<', earliest))
  yield* run(waiting.set({ published_at: now }).where('material', '=', 1))
}

/** Returns the version in force. Throws `not_found` if there is none. */
export async function currentPolicy(app: App): Promise<PolicyVersion> {
  const row = await app.db.read(() =>
    first(
      query
        .selectFrom('policy_version')
        .selectAll()
        .where('effective_at', '<=', app.now())
        .orderBy('id', 'desc')
        .limit(1),
    ),
  )
  if (!row) throw new AppError('not_found')
  return policyVersionOf(row)
}

/** Lists every version, newest first, including those that are not in force yet. */
export async function listPolicyVersions(app: App): Promise<PolicyVersion[]> {
  return (await app.db.read(() => all(query.selectFrom('policy_version').selectAll().orderBy('id', 'desc')))).map(
    policyVersionOf,
  )
}

/** Returns whether a version is coming, current or past; `current` is the version in force. */
export function policyStatusOf(app: App, { id, effectiveAt }: PolicyVersion, current: PolicyVersion): PolicyStatus {
  if (effectiveAt > app.now()) return 'coming'
  return id === current.id ? 'current' : 'past'
}

/** Reads one version. Throws `not_found`. */
export async function readPolicyVersion(app: App, id: number): Promise<PolicyVersion> {
  const row = await app.db.read(() => first(query.selectFrom('policy_version').selectAll().where('id', '=', id)))
  if (!row) throw new AppError('not_found')
  return policyVersionOf(row)
}

/** Lists the material versions that are announced and not in force yet, the earliest first. */
export async function announcedPolicies(app: App): Promise<PolicyVersion[]> {
  const announced = query
    .selectFrom('policy_version')
    .selectAll()
    .where('effective_at', '>', app.now())
    .where('material', '=', 1)
    .orderBy('id')
  return (await app.db.read(() => all(announced))).map(policyVersionOf)
}

/**
 * Publishes a version written by the operator. A material version takes effect after at least 30 days of notice (P26),
 * and no version before the one it follows. Throws `policy_unreadable`, `policy_unchanged`, `notice_too_short`.
 */
export async function proposePolicyVersion(app: App, proposal: PolicyProposal): Promise<PolicyVersion> {
  const text = proposal.text.replaceAll('\r\n', '\n').trim().concat('\n')
  requireReadable(text)
  const id = await app.db.commit(function* () {
    const newest = yield* findNewest()
    if (newest?.text === text) throw new AppError('policy_unchanged')
    const now = app.now()
    const earliest = now + (proposal.material ? noticePeriod : 0)
    const { effectiveAt = earliest } = proposal
    if (proposal.material) requireNoticePeriod(effectiveAt, earliest)
    const revision = text === shippedPolicy.text ? newestRevision(shippedPolicy) : null
    const { author, material } = proposal
    const effective = Math.max(effectiveAt, earliest, newest?.effective_at ?? 0)
    return yield* insertPolicyVersion({ revision, text, author, material: Number(material) }, now, effective)
  })
  return readPolicyVersion(app, id)
}

/** Throws `notice_too_short` if a time is before the earliest that the notice period permits. */
export function requireNoticePeriod(time: number, earliest: number): void {
  if (time < earliest) throw new AppError('notice_too_short', { earliest: toIso(earliest) })
}

/** Notifies every account once of each announced material change: the claim and the mails are one commit. */
export async function notifyPolicyChanges(app: App): Promise<void> {
  for (const { id, effectiveAt } of await announcedPolicies(app)) {
    const claim = query
      .updateTable('policy_version')
      .set({ noticed_at: app.now() })
      .where('id', '=', id)
      .where('noticed_at', 'is', null)
    await app.db.commit(function* () {
      if ((yield* run(claim)) === 0) return
      yield* notifyEveryAccount(app, 'policy-notice', { link: `/privacy/versions/${id}`, effectiveAt })
    })
  }
}

function requireReadable(text: string): void {
  const unknown = placeholdersIn(text).filter((name) => !placeholderNames.includes(name))
  if (text.length < 2 || text.length > maxLength || !text.isWellFormed() || unknown.length > 0)
    throw new AppError('policy_unreadable', { limit: maxLength, names: placeholderNames.join(', ') })
}

function findNewest() {
  return first(query.selectFrom('policy_version').selectAll().orderBy('id', 'desc').limit(1))
}

type PolicyText = Pick<Selectable<PolicyVersionTable>, 'revision' | 'text' | 'author' | 'material'>

function* insertPolicyVersion(text: PolicyText, published_at: number, effective_at: number): Unit<number> {
  const values = { ...text, published_at, effective_at }
  return (yield* returned(query.insertInto('policy_version').values(values).returning('id'))).id
}

function policyVersionOf(row: Selectable<PolicyVersionTable>): PolicyVersion {
  const { id, text, author, material, published_at, effective_at } = row
  return {
    id: id,
    text,
    author,
    material: material === 1,
    publishedAt: published_at,
    effectiveAt: effective_at,
  }
}
