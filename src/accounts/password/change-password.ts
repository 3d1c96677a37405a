import type { App } from '../../app.ts'
import type { Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import type { Member } from '../access.ts'
import { readAccount, updateAccount } from '../account.ts'
import { deleteCodes } from '../codes.ts'
import { reauthenticate } from '../reauthenticate.ts'
import { endSessions, startSession } from '../sessions/sessions.ts'
import { hashPassword } from './password-hash.ts'
import { checkPassword } from './password-rules.ts'

/** The input of a password change; `current` is undefined for an account without a password. */
export interface PasswordChange {
  readonly current: string | undefined
  readonly password: string
}

/**
 * Changes the member's password, or sets the first one. Ends all sessions and returns the token of a new one. Throws
 * `password_wrong`, `reauthentication_required`, and what `checkPassword` throws.
 */
export async function changePassword(
  app: App,
  member: Member,
  { current, password }: PasswordChange,
  browser: string,
): Promise<string> {
  const account = await app.db.read(() => readAccount(member.account))
  checkPassword(app, password, [account.user_name, account.email])
  if (account.password !== null && !current) throw new AppError('password_wrong')
  await reauthenticate(app, member, account.password === null ? undefined : current)
  await storePassword(app, account, await hashPassword(app, password))
  return startSession(app, account, browser, true)
}

/**
 * Stores a new password hash, ends all sessions, deletes the mailed codes and notifies the owner, in one commit.
 * `before` runs first in that commit and may throw to cancel it.
 */
export async function storePassword(
  app: App,
  { id, email }: { readonly id: string; readonly email: string },
  hash: string,
  before?: () => Unit<void>,
): Promise<void> {
  await app.db.commit(function* () {
    if (before) yield* before()
    yield* updateAccount(id, { password: hash })
    yield* endSessions(id)
    for (const purpose of ['reset', 'login', 'change-email'] as const) yield* deleteCodes(purpose, id)
    yield* enqueueMail(app, { kind: 'password-changed', purpose: 'account', to: email, account: id, facts: {} })
  })
}
