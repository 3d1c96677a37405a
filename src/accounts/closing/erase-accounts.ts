import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, beforeCommit, run, type Unit } from '../../database/unit.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { deleteAccountRefusals } from '../../mail/refusals.ts'
import { erasureDeadline, mailRetention } from '../../privacy/inventory/periods.ts'
import { deleteSenderAddress } from '../../privacy/registers/complaints.ts'
import { isOnLegalHold } from '../../privacy/registers/legal-holds.ts'
import { loadErasedAccounts, recordErasure } from '../../privacy/rights/erasures.ts'
import type { AccountRow } from '../account.ts'

/** Erases the accounts whose grace period has ended (P22), each in a commit with its last mail. Returns the number and the earliest due time. */
export async function eraseAccounts(app: App): Promise<{ removed: number; oldestDue: number | null }> {
  const dueTimes: number[] = []
  for (const { id } of await app.db.read(() => dueAccounts(app))) {
    const erased = await app.db.commit(() => eraseIfDue(app, id))
    if (erased) dueTimes.push(erased.erase_due_at ?? 0)
  }
  return { removed: dueTimes.length, oldestDue: dueTimes.length === 0 ? null : Math.min(...dueTimes) }
}

/**
 * Erases accounts that were erased before and came back with an older database (P22). Runs before the instance accepts
 * requests. `erasures` are lists that were kept elsewhere. Returns the number erased.
 */
export async function eraseRestoredAccounts(app: App, erasures: readonly string[] = []): Promise<number> {
  const wasErased = loadErasedAccounts(app, erasures)
  const restored = await app.db.read(() => restoredAccounts(app, wasErased))
  for (const row of restored) await app.db.commit(() => eraseAccount(app, row))
  return restored.length
}

function* dueAccounts(app: App): Unit<AccountRow[]> {
  return yield* withoutLegalHold(app, yield* all(selectDue(app)))
}

// The account may have been reopened, or a legal hold placed, while the accounts before it were erased.
function* eraseIfDue(app: App, id: string): Unit<AccountRow | undefined> {
  const [account] = yield* withoutLegalHold(app, yield* all(selectDue(app).where('id', '=', id)))
  if (account) yield* eraseAccount(app, account)
  return account
}

function selectDue(app: App) {
  return query.selectFrom('account').selectAll().where('erase_due_at', '<=', app.now())
}

function* restoredAccounts(app: App, wasErased: (account: string) => boolean): Unit<AccountRow[]> {
  const rows = yield* all(query.selectFrom('account').selectAll())
  return yield* withoutLegalHold(
    app,
    rows.filter(({ id }) => wasErased(id)),
  )
}

function* withoutLegalHold(app: App, rows: readonly AccountRow[]): Unit<AccountRow[]> {
  const erasable: AccountRow[] = []
  for (const row of rows) if (!(yield* isOnLegalHold(app, row.id))) erasable.push(row)
  return erasable
}

/**
 * Erases an account and everything that belongs to it, inside the caller's commit, and queues its last mail. The caller
 * checks first that no legal hold covers the account (P23).
 */
export function* eraseAccount(app: App, { id, email, closed_at }: AccountRow): Unit<void> {
  const at = app.now()
  yield* beforeCommit(() => recordErasure(app, id))
  yield* run(query.deleteFrom('account').where('id', '=', id))
  yield* run(query.deleteFrom('code').where('email', '=', email))
  // Mail to this address without an account is from before the account was created.
  yield* run(
    query
      .deleteFrom('mail')
      .where('recipient', '=', email)
      .where((where) => where.or([where('account_id', 'is', null), where('done_at', 'is not', null)])),
  )
  yield* deleteSenderAddress(app, email)
  yield* deleteAccountRefusals(app, email)
  yield* enqueueErasureMail(app, email, at, closed_at)
}

function* enqueueErasureMail(app: App, email: string, at: number, closedAt: number | null): Unit<void> {
  yield* enqueueMail(app, { kind: 'account-erased', purpose: 'account', to: email, account: null, facts: { at } })
  const forget_at = Math.min(at + mailRetention.accountErasureConfirmation, (closedAt ?? at) + erasureDeadline)
  yield* run(
    query.updateTable('mail').set({ forget_at }).where('recipient', '=', email).where('kind', '=', 'account-erased'),
  )
}
