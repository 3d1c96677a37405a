import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, run, type Unit } from '../../database/unit.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { endGrants } from '../../privacy/audit/grants.ts'
import { isOnLegalHold } from '../../privacy/registers/legal-holds.ts'
import { burnUnopened } from '../../secrets/burn.ts'
import type { Member } from '../access.ts'
import { type AccountRow, readAccount, updateAccount } from '../account.ts'
import { issueCode } from '../codes.ts'
import { reauthenticate } from '../reauthenticate.ts'
import { endSessions } from '../sessions/sessions.ts'
import { eraseAccount } from './erase-accounts.ts'

/** The choices of an owner who closes an account. */
export interface CloseOptions {
  /** Burns the unopened secrets of the account; otherwise recipients can still open them. */
  readonly burnSecrets: boolean
  /** Erases the account at once; otherwise after the grace period, in which it can be reopened. */
  readonly eraseNow: boolean
}

/**
 * Closes the member's account after re-authentication (P22). Throws `password_wrong`, `reauthentication_required`,
 * `slow_down`, `too_busy`.
 */
export async function closeOwnAccount(
  app: App,
  member: Member,
  password: string | undefined,
  options: CloseOptions,
): Promise<void> {
  await reauthenticate(app, member, password)
  await closeAccount(app, member.account, options)
}

/** Closes an account that its owner may reopen within the grace period. Throws `sign_in_required` if it does not exist. */
export async function closeAccount(app: App, account: string, options: CloseOptions): Promise<void> {
  await app.db.commit(() => closeAccountInUnit(app, account, options))
}

/** Closes an account that its owner cannot reopen; may bring its erasure forward. Throws `sign_in_required` if it does not exist. */
export async function closeForGood(app: App, account: string, options: CloseOptions): Promise<void> {
  await app.db.commit(() => closeForGoodInUnit(app, account, options))
}

/** Does the same as `closeForGood`, inside the caller's commit. Returns whether the account was erased. */
export function* closeForGoodInUnit(app: App, account: string, options: CloseOptions): Unit<boolean> {
  // A disabled account stays blocked even if its owner opens the reopening link.
  yield* updateAccount(account, { disabled_at: (yield* readAccount(account)).disabled_at ?? app.now() })
  return yield* closeAccountInUnit(app, account, options)
}

function* closeAccountInUnit(app: App, account: string, { burnSecrets, eraseNow }: CloseOptions): Unit<boolean> {
  const grace = eraseNow ? 0 : app.config.grace
  const row = yield* readAccount(account)
  const eraseAt = Math.min(app.now() + grace, row.erase_due_at ?? Number.POSITIVE_INFINITY)
  yield* updateAccount(account, { closed_at: row.closed_at ?? app.now(), erase_due_at: eraseAt })
  yield* deleteCredentials(app, account)
  if (burnSecrets) yield* burnUnopenedSecrets(app, account)
  const isErased = eraseAt <= app.now() && !(yield* isOnLegalHold(app, account))
  if (eraseAt > app.now()) yield* notifyClosed(app, row, eraseAt)
  else if (isErased) yield* eraseAccount(app, row)
  return isErased
}

function* deleteCredentials(app: App, account: string): Unit<void> {
  yield* endSessions(account)
  yield* run(query.deleteFrom('token').where('account_id', '=', account))
  yield* run(query.deleteFrom('code').where('account_id', '=', account))
  yield* endGrants(app, account)
}

function* burnUnopenedSecrets(app: App, account: string): Unit<void> {
  const unopened = query
    .selectFrom('owned_secret')
    .innerJoin('secret', 'secret.id', 'owned_secret.id')
    .select('owned_secret.id')
    .where('owned_secret.account_id', '=', account)
  for (const { id } of yield* all(unopened)) yield* burnUnopened(app, id)
}

function* notifyClosed(app: App, { id, email }: AccountRow, eraseAt: number): Unit<void> {
  const code = yield* issueCode(app, { purpose: 'restore', account: id, ttl: eraseAt - app.now() })
  const facts = { eraseAt, link: `/restore/${code}` }
  yield* enqueueMail(app, { kind: 'account-closed', purpose: 'account', to: email, account: id, facts })
}
