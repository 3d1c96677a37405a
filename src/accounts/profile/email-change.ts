import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day } from '../../time.ts'
import type { Member } from '../access.ts'
import { isTaken, readAccount, updateAccount } from '../account.ts'
import { isActive } from '../active-account.ts'
import { claimCode, deleteCodes, findCode, issueCode } from '../codes.ts'
import { reauthenticate } from '../reauthenticate.ts'

/** Lifetime of the link that confirms a new address, in milliseconds. */
export const emailChangeTtl = day

/**
 * Mails a confirmation link to a new address and replaces earlier links. Does not reveal whether the address already
 * belongs to an account. Throws `password_wrong`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function requestEmailChange(
  app: App,
  member: Member,
  email: string,
  password: string | undefined,
): Promise<void> {
  app.throttle.consume('mail', email, member.network)
  await reauthenticate(app, member, password)
  const { account } = member
  await app.db.commit(function* () {
    yield* deleteCodes('change-email', account)
    if (yield* isTaken('email', email)) {
      yield* issueCode(app, { purpose: 'change-email', ttl: emailChangeTtl })
      return
    }
    const link = `/email/${yield* issueCode(app, { purpose: 'change-email', account, email, ttl: emailChangeTtl })}`
    yield* enqueueMail(app, { kind: 'confirm-new-email', purpose: 'account', to: email, account, facts: { link } })
  })
}

/** Returns the address that a confirmation link is for, without using the link up. Throws `code_gone`. */
export async function peekEmailChange(app: App, code: string): Promise<string> {
  const email = (await findCode(app, 'change-email', code))?.email
  if (!email) throw new AppError('code_gone')
  return email
}

/** Changes the address of an account, notifies the old address and deletes the links mailed there. Throws `code_gone`, `slow_down`. */
export async function confirmEmailChange(app: App, actor: Actor, code: string): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  await app.db.commit(function* () {
    const change = yield* claimCode(app, 'change-email', code)
    if (!change?.account || change.email === null || (yield* isTaken('email', change.email)))
      throw new AppError('code_gone')
    const { account, email } = change
    const before = yield* readAccount(account)
    if (!isActive(before)) throw new AppError('code_gone')
    yield* updateAccount(account, { email })
    for (const purpose of ['reset', 'login'] as const) yield* deleteCodes(purpose, account)
    yield* enqueueMail(app, { kind: 'email-changed', purpose: 'account', to: before.email, account, facts: {} })
  })
}
