import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { Role } from '../database/schema/accounts.ts'
import { enqueueMail } from '../mail/outbox.ts'
import { accountRow, updateAccount } from './account.ts'
import { deleteCodes } from './codes.ts'
import { endSessions } from './sessions.ts'

/** What an operator is shown of an account: who and since when, never what was shared. */
export interface AccountSummary {
  readonly userName: string
  readonly email: string
  readonly role: Role
  readonly state: 'open' | 'disabled' | 'closed'
  readonly secondFactor: boolean
  readonly createdAt: number
  readonly eraseDueAt: number | null
}

/** Every account, oldest first. */
export function listAccounts(app: App): AccountSummary[] {
  const ids = app.db.all(query.selectFrom('account').select('id').orderBy('created_at').orderBy('id'))
  return ids.map(({ id }) => summaryOf(app, id))
}

/** One account as an operator sees it. */
export function summaryOf(app: App, id: string): AccountSummary {
  const row = accountRow(app, id)
  const passkey = app.db.first(query.selectFrom('passkey').select('id').where('account_id', '=', id).limit(1))
  return {
    userName: row.user_name,
    email: row.email,
    role: row.role,
    state: row.closed_at !== null ? 'closed' : row.disabled_at !== null ? 'disabled' : 'open',
    secondFactor: row.totp_since !== null || passkey !== undefined,
    createdAt: row.created_at,
    eraseDueAt: row.erase_due_at,
  }
}

/** Gives an account another role. Its sessions end, so that each new one has the limits and the rules of the role. */
export async function changeRole(app: App, id: string, role: Role): Promise<void> {
  await app.db.commit(() => {
    if (accountRow(app, id).role === role) return
    updateAccount(app, id, { role })
    endSessions(app, id)
  })
}

/** Keeps an account from signing in, at once, until it is enabled again. Nothing of it is erased. */
export async function disableAccount(app: App, id: string): Promise<void> {
  await app.db.commit(() => {
    updateAccount(app, id, { disabled_at: accountRow(app, id).disabled_at ?? app.now() })
    endSessions(app, id)
    for (const purpose of ['login', 'reset', 'change-email'] as const) deleteCodes(app, purpose, id)
  })
}

/** Lets a disabled account sign in again. */
export async function enableAccount(app: App, id: string): Promise<void> {
  await app.db.commit(() => updateAccount(app, id, { disabled_at: null }))
}

/** Takes every second factor off an account whose owner lost them; its owner is told, and its sessions end. */
export async function resetFactors(app: App, id: string): Promise<void> {
  await app.db.commit(() => {
    const { email } = accountRow(app, id)
    updateAccount(app, id, { totp_secret: null, totp_step: null, totp_since: null })
    for (const table of ['recovery_code', 'passkey'] as const)
      app.db.run(query.deleteFrom(table).where('account_id', '=', id))
    endSessions(app, id)
    enqueueMail(app, { kind: 'mfa-changed', purpose: 'account', to: email, account: id, facts: {} })
  })
}

/** Ends every session of an account. How many there were. */
export async function revokeSessions(app: App, id: string): Promise<number> {
  return (await app.db.commit(() => app.db.run(query.deleteFrom('session').where('account_id', '=', id)))).changes
}
