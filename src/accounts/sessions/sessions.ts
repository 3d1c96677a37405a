import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { hour, minute, startOfDay } from '../../time.ts'
import type { Member } from '../access.ts'
import type { SessionAttributes } from './session-attributes.ts'
import { hashSessionToken } from './session-store.ts'

/** An operator's session ends sooner, in milliseconds. */
export const operatorSessionLimits = { idle: hour, limit: 12 * hour }

/** How long a browser has for its second factor, in milliseconds. */
const pendingMfaLifetime = 30 * minute

/** Who a request comes from, by its session. `passed` is false while a second factor is awaited. */
export interface ActiveSession {
  readonly account: string
  readonly role: Role
  readonly lookup: Uint8Array
  readonly mfaComplete: boolean
  readonly createdAt: number
}

/** What the list of sessions shows of one. `id` names it, and opens nothing. */
export interface SessionInfo {
  readonly id: string
  readonly browser: string
  readonly createdAt: number
  readonly usedOn: number
}

/**
 * Makes a session and gives the cookie's value, which is stored nowhere: the database has its hash. `passed` says
 * whether every factor was shown that the account needs.
 */
export async function startSession(
  app: App,
  account: { readonly id: string; readonly role: Role },
  browser: string,
  passed: boolean,
): Promise<string> {
  const sessionId = app.random(32).toBase64({ alphabet: 'base64url', omitPadding: true })
  const now = app.now()
  const { idle, limit: whole } = spans(app, account.role)
  const limit = passed ? whole : Math.min(whole, pendingMfaLifetime)
  const facts: SessionAttributes = {
    browser,
    createdAt: now,
    idleUntil: now + Math.min(idle, limit),
    endsAt: now + limit,
    authenticatedAt: passed ? now : null,
    usedOn: startOfDay(now),
  }
  await app.sessions.createSession(account.id, { facts }, { sessionId })
  return sessionId
}

/** Whose session this is; nothing where it ended, was revoked, or its account is closed or disabled. */
export async function findSession(app: App, token: string): Promise<ActiveSession | undefined> {
  const { session, user } = await app.sessions.validateSession(token)
  if (!session || !user) return undefined
  const lookup = hashSessionToken(token)
  await prolong(app, lookup, session, user.role)
  const { createdAt, authenticatedAt } = session
  return { account: user.id, role: user.role, lookup, mfaComplete: authenticatedAt !== null, createdAt }
}

/** Ends the session that is found by `lookup`, inside the caller's commit. */
export function deleteSession(app: App, lookup: Uint8Array): void {
  app.db.run(query.deleteFrom('session').where('lookup', '=', lookup))
}

/** Ends one session of an account, by the `id` of its listing, inside the caller's commit. */
export function endSessionById(app: App, account: string, id: string): void {
  if (!/^[0-9a-f]{64}$/.test(id)) return
  const lookup = Uint8Array.fromHex(id)
  app.db.run(query.deleteFrom('session').where('lookup', '=', lookup).where('account_id', '=', account))
}

/** Ends one of one's own sessions; it is nobody's at the next request. */
export async function endOwnSession(app: App, { account }: Member, id: string): Promise<void> {
  await app.db.commit(() => endSessionById(app, account, id))
}

/** Ends all of one's own sessions but this one. */
export async function endOtherSessions(app: App, { account, session }: Member): Promise<void> {
  await app.db.commit(() => endSessions(app, account, session ?? undefined))
}

/** Ends every session of an account but `except`, inside the caller's commit. */
export function endSessions(app: App, account: string, except?: Uint8Array): void {
  const all = query.deleteFrom('session').where('account_id', '=', account)
  app.db.run(except ? all.where('lookup', '!=', except) : all)
}

/** The sessions of an account that count, newest first. */
export function listSessions(app: App, account: string): SessionInfo[] {
  const rows = app.db.all(
    query
      .selectFrom('session')
      .select(['lookup', 'browser', 'created_at', 'used_on'])
      .where('account_id', '=', account)
      .where('expires_at', '>', app.now())
      .orderBy('created_at', 'desc'),
  )
  return rows.map(({ lookup, browser, created_at, used_on }) => ({
    id: Buffer.from(lookup).toString('hex'),
    browser,
    createdAt: created_at,
    usedOn: used_on,
  }))
}

function spans({ config }: App, role: Role): { idle: number; limit: number } {
  if (role !== 'operator') return { idle: config.sessionIdle, limit: config.sessionLimit }
  return {
    idle: Math.min(config.sessionIdle, operatorSessionLimits.idle),
    limit: Math.min(config.sessionLimit, operatorSessionLimits.limit),
  }
}

// Written once a twentieth of the idle time has passed, not at every request.
async function prolong(app: App, lookup: Uint8Array, session: SessionAttributes, role: Role): Promise<void> {
  const { idle } = spans(app, role)
  const now = app.now()
  const until = Math.min(now + idle, session.endsAt)
  if (until - session.idleUntil < idle / 20 && session.usedOn === startOfDay(now)) return
  await app.db.commit(() => app.db.run(touch({ lookup, until, day: startOfDay(now) })))
}

const touch = preparedQuery<{ lookup: Uint8Array; until: number; day: number }>()((value) =>
  query
    .updateTable('session')
    .set({ expires_at: value('until'), used_on: value('day') })
    .where('lookup', '=', value('lookup')),
)
