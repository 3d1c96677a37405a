import type { ActiveSession } from '../../actor.ts'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { all, run, type Unit } from '../../database/unit.ts'
import { hour, minute, startOfDay } from '../../time.ts'
import type { Member } from '../access.ts'
import type { SessionAttributes } from './session-attributes.ts'
import { hashSessionToken } from './session-store.ts'

/** Upper limits for the sessions of operators, in milliseconds: idle time and lifetime. */
export const operatorSessionLimits = { idle: hour, lifetime: 12 * hour }

/** Time to complete MFA after the first factor, in milliseconds. */
const pendingMfaLifetime = 30 * minute

/** A session in the list of an account. `id` is the hash of its token and does not sign in. */
export interface SessionInfo {
  readonly id: string
  readonly browser: string
  readonly createdAt: number
  readonly usedOn: number
}

/**
 * Starts a session and returns its token, the value of the cookie; only a hash of it is stored. `mfaComplete` tells
 * whether every factor that the account requires was verified.
 */
export async function startSession(
  app: App,
  account: { readonly id: string; readonly role: Role },
  browser: string,
  mfaComplete: boolean,
): Promise<string> {
  const token = app.random(32).toBase64({ alphabet: 'base64url', omitPadding: true })
  const now = app.now()
  const limits = limitsOf(app, account.role)
  const lifetime = mfaComplete ? limits.lifetime : Math.min(limits.lifetime, pendingMfaLifetime)
  const attributes: SessionAttributes = {
    browser,
    createdAt: now,
    idleUntil: now + Math.min(limits.idle, lifetime),
    endsAt: now + lifetime,
    authenticatedAt: mfaComplete ? now : null,
    usedOn: startOfDay(now),
  }
  await app.sessions.createSession(account.id, attributes, { sessionId: token })
  return token
}

/** Finds the session of a token and extends it. Undefined if it ended or was revoked, or the account is not active. */
export async function findSession(app: App, token: string): Promise<ActiveSession | undefined> {
  const { session, user } = await app.sessions.validateSession(token)
  if (!session || !user) return undefined
  const lookup = hashSessionToken(token)
  await extendSession(app, lookup, session, user.role)
  const { createdAt, authenticatedAt } = session
  return { account: user.id, role: user.role, lookup, mfaComplete: authenticatedAt !== null, createdAt }
}

/** Ends a session by the hash of its token. */
export async function endSession(app: App, lookup: Uint8Array): Promise<void> {
  await app.db.commit(() => run(query.deleteFrom('session').where('lookup', '=', lookup)))
}

/** Deletes one session of an account by its `SessionInfo.id`, inside the caller's commit. */
export function* endSessionById(account: string, id: string): Unit<void> {
  if (!/^[0-9a-f]{64}$/.test(id)) return
  const lookup = Uint8Array.fromHex(id)
  yield* run(query.deleteFrom('session').where('lookup', '=', lookup).where('account_id', '=', account))
}

/** Ends one session of the member. */
export async function endOwnSession(app: App, { account }: Member, id: string): Promise<void> {
  await app.db.commit(() => endSessionById(account, id))
}

/** Ends all sessions of the member except the current one. */
export async function endOtherSessions(app: App, { account, session }: Member): Promise<void> {
  await app.db.commit(() => endSessions(account, session ?? undefined))
}

/** Deletes all sessions of an account except the one with this hash, inside the caller's commit. */
export function* endSessions(account: string, except?: Uint8Array): Unit<void> {
  const all = query.deleteFrom('session').where('account_id', '=', account)
  yield* run(except ? all.where('lookup', '!=', except) : all)
}

/** Lists the unexpired sessions of an account, newest first. */
export async function listSessions(app: App, account: string): Promise<SessionInfo[]> {
  const rows = await app.db.read(() =>
    all(
      query
        .selectFrom('session')
        .select(['lookup', 'browser', 'created_at', 'used_on'])
        .where('account_id', '=', account)
        .where('expires_at', '>', app.now())
        .orderBy('created_at', 'desc'),
    ),
  )
  return rows.map(({ lookup, browser, created_at, used_on }) => ({
    id: Buffer.from(lookup).toString('hex'),
    browser,
    createdAt: created_at,
    usedOn: used_on,
  }))
}

function limitsOf({ config }: App, role: Role): { idle: number; lifetime: number } {
  if (role !== 'operator') return { idle: config.sessionIdle, lifetime: config.sessionLimit }
  return {
    idle: Math.min(config.sessionIdle, operatorSessionLimits.idle),
    lifetime: Math.min(config.sessionLimit, operatorSessionLimits.lifetime),
  }
}

// Writes only after a twentieth of the idle time has passed, to save a commit for most requests.
async function extendSession(app: App, lookup: Uint8Array, session: SessionAttributes, role: Role): Promise<void> {
  const { idle } = limitsOf(app, role)
  const now = app.now()
  const until = Math.min(now + idle, session.endsAt)
  if (until - session.idleUntil < idle / 20 && session.usedOn === startOfDay(now)) return
  await app.db.commit(() => run(updateUse({ lookup, until, day: startOfDay(now) })))
}

const updateUse = preparedQuery<{ lookup: Uint8Array; until: number; day: number }>()((value) =>
  query
    .updateTable('session')
    .set({ expires_at: value('until'), used_on: value('day') })
    .where('lookup', '=', value('lookup')),
)
