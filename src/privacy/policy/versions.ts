import type { Selectable } from 'kysely'
import type { App } from '../../app.ts'
import type { Database } from '../../database/database.ts'
import { query } from '../../database/query.ts'
import type { PolicyVersionTable } from '../../database/schema/registers.ts'
import { AppError } from '../../errors.ts'
import { notifyEveryAccount } from '../../mail/notify.ts'
import { hour, toIso } from '../../time.ts'
import { version as programVersion } from '../../version.ts'
import { noticePeriod } from '../inventory/periods.ts'
import { placeholdersIn } from './markdown.ts'
import { placeholderNames } from './placeholders.ts'
import { isMaterialSince, revisionOf, type Shipped, shipped } from './shipped.ts'

/** A version of the statement. */
export interface PolicyVersion {
  readonly number: number
  readonly text: string
  readonly author: string
  readonly material: boolean
  readonly publishedAt: number
  readonly effectiveAt: number
}

/** A change that an operator wants to make. */
export interface Proposal {
  readonly text: string
  readonly author: string
  readonly material: boolean
  /** When it is to take effect; as soon as it may, where nothing is said. */
  readonly effectiveAt: number | undefined
}

const longest = 65_536
// A notice that waited longer than this for the server to start was not published when it says.
const lateNotice = hour

/**
 * Takes up the text that the program brings: as the first version of a new database, and as the next one where it
 * differs from the one that it brought before. An operator's own text stays.
 */
export function storeShippedPolicy(db: Database, now: number, brought: Shipped = shipped): void {
  db.exclusive(() => {
    publishLate(db, now)
    const newest = newestOf(db)
    const revision = revisionOf(brought)
    if (newest && (newest.revision === null || newest.revision > revision || newest.text === brought.text)) return
    const material = newest?.revision === undefined ? false : isMaterialSince(brought, newest.revision ?? 0)
    const earliest = Math.max(now + (material ? noticePeriod : 0), newest?.effective_at ?? 0)
    const author = `Sotto ${programVersion}`
    insertPolicyVersion(db, { revision, text: brought.text, author, material: Number(material) }, now, earliest)
  })
}

// The banner is the notice, and nobody saw it while the server was off: it counts from now (P26).
function publishLate(db: Database, now: number): void {
  const late = db.first(
    query
      .selectFrom('policy_version')
      .select('id')
      .where('material', '=', 1)
      .where('noticed_at', 'is', null)
      .where('published_at', '<', now - lateNotice)
      .orderBy('id')
      .limit(1),
  )
  if (!late) return
  const earliest = now + noticePeriod
  const waiting = query.updateTable('policy_version').where('id', '>=', late.id).where('noticed_at', 'is', null)
  db.run(waiting.set({ effective_at: earliest }).where('effective_at', '<', earliest))
  db.run(waiting.set({ published_at: now }).where('material', '=', 1))
}

/** The version that is in force: a question of the clock alone. */
export function currentPolicy(app: App): PolicyVersion {
  const row = app.db.first(
    query
      .selectFrom('policy_version')
      .selectAll()
      .where('effective_at', '<=', app.now())
      .orderBy('id', 'desc')
      .limit(1),
  )
  if (!row) throw new AppError('not_found')
  return policyVersionOf(row)
}

/** Every version, newest first; among them what is announced and not in force yet. */
export function listPolicyVersions(app: App): PolicyVersion[] {
  return app.db.all(query.selectFrom('policy_version').selectAll().orderBy('id', 'desc')).map(policyVersionOf)
}

/** One version. Throws `not_found`. */
export function readPolicyVersion(app: App, number: number): PolicyVersion {
  const row = app.db.first(query.selectFrom('policy_version').selectAll().where('id', '=', number))
  if (!row) throw new AppError('not_found')
  return policyVersionOf(row)
}

/** The material changes that are announced and not in force yet, nearest first. */
export function announcedPolicies(app: App): PolicyVersion[] {
  const announced = query
    .selectFrom('policy_version')
    .selectAll()
    .where('effective_at', '>', app.now())
    .where('material', '=', 1)
    .orderBy('id')
  return app.db.all(announced).map(policyVersionOf)
}

/**
 * Publishes a version of the operator's own. A material one cannot take effect before its notice was out for 30 days
 * (P26), and none before the one that it was made from. Throws `policy_unreadable`, `policy_unchanged`, `notice_too_short`.
 */
export async function proposePolicyVersion(app: App, proposal: Proposal): Promise<PolicyVersion> {
  const text = proposal.text.replaceAll('\r\n', '\n').trim().concat('\n')
  refuseUnreadable(text)
  const number = await app.db.commit(() => {
    const newest = newestOf(app.db)
    if (newest?.text === text) throw new AppError('policy_unchanged')
    const now = app.now()
    const earliest = now + (proposal.material ? noticePeriod : 0)
    const { effectiveAt = earliest } = proposal
    if (proposal.material) refuseTooSoon(effectiveAt, earliest)
    const revision = text === shipped.text ? revisionOf(shipped) : null
    const { author, material } = proposal
    const effective = Math.max(effectiveAt, earliest, newest?.effective_at ?? 0)
    return insertPolicyVersion(app.db, { revision, text, author, material: Number(material) }, now, effective)
  })
  return readPolicyVersion(app, number)
}

/** Refuses a moment before which there would be no 30 days of notice. Throws `notice_too_short`. */
export function refuseTooSoon(moment: number, earliest: number): void {
  if (moment < earliest) throw new AppError('notice_too_short', { earliest: toIso(earliest) })
}

/** Mails every account that a material change is coming, once: the claim and the mails are one commit. */
export async function notifyPolicyChanges(app: App): Promise<void> {
  for (const { number, effectiveAt } of announcedPolicies(app)) {
    const claim = query
      .updateTable('policy_version')
      .set({ noticed_at: app.now() })
      .where('id', '=', number)
      .where('noticed_at', 'is', null)
    await app.db.commit(() => {
      if (app.db.run(claim).changes === 0) return
      notifyEveryAccount(app, 'statement-notice', { link: `/privacy/versions/${number}`, effectiveAt })
    })
  }
}

function refuseUnreadable(text: string): void {
  const unknown = placeholdersIn(text).filter((name) => !placeholderNames.some((known) => known === name))
  if (text.length < 2 || text.length > longest || !text.isWellFormed() || unknown.length > 0)
    throw new AppError('policy_unreadable', { limit: longest, names: placeholderNames.join(', ') })
}

function newestOf(db: Database) {
  return db.first(query.selectFrom('policy_version').selectAll().orderBy('id', 'desc').limit(1))
}

type Text = Pick<Selectable<PolicyVersionTable>, 'revision' | 'text' | 'author' | 'material'>

function insertPolicyVersion(db: Database, text: Text, published_at: number, effective_at: number): number {
  return db.run(query.insertInto('policy_version').values({ ...text, published_at, effective_at })).id
}

function policyVersionOf(row: Selectable<PolicyVersionTable>): PolicyVersion {
  const { id, text, author, material, published_at, effective_at } = row
  return {
    number: id,
    text,
    author,
    material: material === 1,
    publishedAt: published_at,
    effectiveAt: effective_at,
  }
}
