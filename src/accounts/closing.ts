import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { AppError } from '../errors.ts'
import { enqueueMail } from '../mail/outbox.ts'
import { deleteAccountRefusals } from '../mail/refusals.ts'
import { endGrants } from '../privacy/audit/grants.ts'
import { erasureDeadline, mailRetention } from '../privacy/inventory/periods.ts'
import { deleteSenderAddress } from '../privacy/registers/complaints.ts'
import { isOnLegalHold } from '../privacy/registers/legal-holds.ts'
import { loadErasedAccounts, recordErasure } from '../privacy/rights/erasures.ts'
import { burnUnopened } from '../secrets/burn.ts'
import type { Member } from './access.ts'
import { type AccountRow, accountRow, updateAccount } from './account.ts'
import type { Actor } from './actor.ts'
import { claimCode, findCode, issueCode } from './codes.ts'
import { reauthenticate } from './reauthenticate.ts'
import { endSessions } from './sessions.ts'

/** How an account is closed, as its owner ticks. */
export interface CloseOptions {
  /** Whether secrets of it that nobody has opened are burned; else they wait for their readers. */
  readonly burn: boolean
  /** Whether it is erased at once; else it may be taken back within the grace. */
  readonly now: boolean
}

/**
 * Closes one's own account (P22): at once nobody signs in, and every session, token and mailed code ends. Throws
 * `password_wrong`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function closeOwnAccount(
  app: App,
  member: Member,
  password: string | undefined,
  how: CloseOptions,
): Promise<void> {
  await reauthenticate(app, member, password)
  await closeAccount(app, member.account, how)
}

/** Closes an account that its owner may take back. Throws `sign_in_required` where there is none. */
export async function closeAccount(app: App, account: string, how: CloseOptions): Promise<void> {
  await app.db.commit(() => closeAccountInUnit(app, account, how))
}

/** Closes an account for good; one that is closed already is only erased sooner. Throws `sign_in_required` where there is none. */
export async function closeForGood(app: App, account: string, how: CloseOptions): Promise<void> {
  await app.db.commit(() => closeForGoodWithin(app, account, how))
}

/** The same, inside the caller's commit; whether the account is erased already. */
export function closeForGoodWithin(app: App, account: string, how: CloseOptions): boolean {
  // What is disabled too, its owner does not open again.
  updateAccount(app, account, { disabled_at: accountRow(app, account).disabled_at ?? app.now() })
  return closeAccountInUnit(app, account, how)
}

// Whether the account is erased already.
function closeAccountInUnit(app: App, account: string, { burn, now }: CloseOptions): boolean {
  const grace = now ? 0 : app.config.grace
  const row = accountRow(app, account)
  const eraseAt = Math.min(app.now() + grace, row.erase_due_at ?? Number.POSITIVE_INFINITY)
  updateAccount(app, account, { closed_at: row.closed_at ?? app.now(), erase_due_at: eraseAt })
  endCredentials(app, account)
  if (burn) burnUnopenedSecrets(app, account)
  const isErased = eraseAt <= app.now() && !isOnLegalHold(app, account)
  if (eraseAt > app.now()) notifyClosed(app, row, eraseAt)
  else if (isErased) eraseAccountData(app, row)
  return isErased
}

/** Whether a mailed link still takes an account back; changes nothing. Throws `code_gone`. */
export function peekReopening(app: App, code: string): void {
  if (!findCode(app, 'restore', code)) throw new AppError('code_gone')
}

/** Opens a closed account again, within its grace. Sessions and tokens are gone; its owner signs in anew. Throws `code_gone`. */
export async function reopenAccount(app: App, actor: Actor, code: string): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  await app.db.commit(() => {
    const account = claimCode(app, 'restore', code)?.account
    if (!account) throw new AppError('code_gone')
    const { email } = accountRow(app, account)
    updateAccount(app, account, { closed_at: null, erase_due_at: null })
    enqueueMail(app, { kind: 'account-restored', purpose: 'account', to: email, account, facts: {} })
  })
}

/** Erases every account that is due, each with its last mail in one commit: none is erased without its owner being told. */
export async function eraseAccounts(app: App): Promise<{ removed: number; oldestDue: number | null }> {
  const late = app.db.all(query.selectFrom('account').selectAll().where('erase_due_at', '<=', app.now()))
  const due = late.filter(({ id }) => !isOnLegalHold(app, id))
  for (const row of due) await app.db.commit(() => eraseAccountData(app, row))
  const moments = due.map(({ erase_due_at }) => erase_due_at ?? 0)
  return { removed: due.length, oldestDue: due.length === 0 ? null : Math.min(...moments) }
}

/**
 * Erases again what was erased before and came back, because the database is an older one: before anybody is answered
 * (P22). Says how many.
 */
export async function eraseRestoredAccounts(app: App): Promise<number> {
  const rows = app.db.all(query.selectFrom('account').selectAll())
  const before = loadErasedAccounts(app)
  const again = rows.filter(({ id }) => before(id) && !isOnLegalHold(app, id))
  for (const row of again) await app.db.commit(() => eraseAccountData(app, row))
  return again.length
}

// The one place where an account is erased, and so the one to ask whether an order holds it (P23). All that belongs to
// it goes with its row. Its address is also where mail went to before there was an account.
function eraseAccountData(app: App, { id, email, closed_at }: AccountRow): void {
  const at = app.now()
  recordErasure(app, id)
  app.db.run(query.deleteFrom('account').where('id', '=', id))
  app.db.run(query.deleteFrom('code').where('email', '=', email))
  app.db.run(
    query
      .deleteFrom('mail')
      .where('recipient', '=', email)
      .where((where) => where.or([where('account_id', 'is', null), where('done_at', 'is not', null)])),
  )
  deleteSenderAddress(app, email)
  deleteAccountRefusals(app, email)
  enqueueMail(app, { kind: 'account-erased', purpose: 'account', to: email, account: null, facts: { at } })
  const forget_at = Math.min(at + mailRetention.accountErasureConfirmation, (closed_at ?? at) + erasureDeadline)
  app.db.run(
    query.updateTable('mail').set({ forget_at }).where('recipient', '=', email).where('kind', '=', 'account-erased'),
  )
}

function endCredentials(app: App, account: string): void {
  endSessions(app, account)
  app.db.run(query.deleteFrom('token').where('account_id', '=', account))
  app.db.run(query.deleteFrom('code').where('account_id', '=', account))
  endGrants(app, account)
}

function burnUnopenedSecrets(app: App, account: string): void {
  const unread = query
    .selectFrom('owned_secret')
    .innerJoin('secret', 'secret.id', 'owned_secret.id')
    .select('owned_secret.id')
    .where('owned_secret.account_id', '=', account)
  for (const { id } of app.db.all(unread)) burnUnopened(app, id)
}

function notifyClosed(app: App, { id, email }: AccountRow, eraseAt: number): void {
  const code = issueCode(app, { purpose: 'restore', account: id, ttl: eraseAt - app.now() })
  const facts = { eraseAt, link: `/restore/${code}` }
  enqueueMail(app, { kind: 'account-closed', purpose: 'account', to: email, account: id, facts })
}
