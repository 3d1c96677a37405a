import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { Role } from '../database/schema/accounts.ts'
import { all, first, run, type Unit } from '../database/unit.ts'
import { enqueueMail } from '../mail/outbox.ts'
import { type AccountRow, readAccount, updateAccount } from './account.ts'
import { deleteCodes } from './codes.ts'
import { endSessions } from './sessions/sessions.ts'

/** An account as operators see it; never what it shared. */
export interface AccountSummary {
  readonly userName: string
  readonly email: string
  readonly role: Role
  readonly state: 'open' | 'disabled' | 'closed'
  readonly hasMfa: boolean
  readonly createdAt: number
  readonly eraseDueAt: number | null
}

/** Lists all accounts, oldest first. */
export async function listAccounts(app: App): Promise<AccountSummary[]> {
  return app.db.read(function* () {
    const summaries: AccountSummary[] = []
    for (const row of yield* all(query.selectFrom('account').selectAll().orderBy('created_at').orderBy('id')))
      summaries.push(yield* summarize(row))
    return summaries
  })
}

/** Returns one account as operators see it. Throws `sign_in_required` if it does not exist. */
export async function summaryOf(app: App, id: string): Promise<AccountSummary> {
  return app.db.read(function* () {
    return yield* summarize(yield* readAccount(id))
  })
}

function* summarize(row: AccountRow): Unit<AccountSummary> {
  const passkey = yield* first(query.selectFrom('passkey').select('id').where('account_id', '=', row.id).limit(1))
  return {
    userName: row.user_name,
    email: row.email,
    role: row.role,
    state: row.closed_at !== null ? 'closed' : row.disabled_at !== null ? 'disabled' : 'open',
    hasMfa: row.totp_since !== null || passkey !== undefined,
    createdAt: row.created_at,
    eraseDueAt: row.erase_due_at,
  }
}

/** Changes the role of an account and ends its sessions, so that new ones follow the limits of the role. */
export async function changeRole(app: App, id: string, role: Role): Promise<void> {
  await app.db.commit(function* () {
    if ((yield* readAccount(id)).role === role) return
    yield* updateAccount(id, { role })
    yield* endSessions(id)
  })
}

/** Disables an account: ends its sessions and mailed links, and blocks sign-in until it is enabled. Erases nothing. */
export async function disableAccount(app: App, id: string): Promise<void> {
  await app.db.commit(function* () {
    yield* updateAccount(id, { disabled_at: (yield* readAccount(id)).disabled_at ?? app.now() })
    yield* endSessions(id)
    for (const purpose of ['login', 'reset', 'change-email'] as const) yield* deleteCodes(purpose, id)
  })
}

/** Enables a disabled account. */
export async function enableAccount(app: App, id: string): Promise<void> {
  await app.db.commit(() => updateAccount(id, { disabled_at: null }))
}

/** Removes all second factors of an account, ends its sessions and notifies its owner by mail. */
export async function resetMfaOf(app: App, id: string): Promise<void> {
  await app.db.commit(function* () {
    const { email } = yield* readAccount(id)
    yield* updateAccount(id, { totp_secret: null, totp_step: null, totp_since: null })
    for (const table of ['recovery_code', 'passkey'] as const)
      yield* run(query.deleteFrom(table).where('account_id', '=', id))
    yield* endSessions(id)
    yield* enqueueMail(app, { kind: 'mfa-changed', purpose: 'account', to: email, account: id, facts: {} })
  })
}

/** Ends all sessions of an account. Returns the number ended. */
export async function revokeSessions(app: App, id: string): Promise<number> {
  return await app.db.commit(() => run(query.deleteFrom('session').where('account_id', '=', id)))
}
