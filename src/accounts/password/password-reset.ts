import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { minute } from '../../time.ts'
import { type AccountRow, findAccount, readAccount } from '../account.ts'
import { isActive } from '../active-account.ts'
import { claimCode, deleteCodes, findCode, issueCode } from '../codes.ts'
import { storePassword } from './change-password.ts'
import { hashPassword } from './password-hash.ts'
import { checkPassword } from './password-rules.ts'

/** Lifetime of a password reset link, in milliseconds. */
export const resetLinkTtl = 30 * minute

// Prevents a stranger from flooding the mailbox, or from replacing the link that its owner is about to open.
const minMailInterval = 5 * minute

/**
 * Mails a password reset link, if the account exists, and replaces earlier links; the caller learns nothing about the
 * account. Throws `slow_down`, `password_sign_in_off`.
 */
export async function requestReset(app: App, actor: Actor, nameOrAddress: string): Promise<void> {
  if (!app.config.passwordSignIn) throw new AppError('password_sign_in_off')
  app.throttle.consume('reset', nameOrAddress.trim().toLowerCase(), actor.network)
  await app.db.commit(function* () {
    const account = yield* findResettableAccount(app, nameOrAddress)
    yield* deleteCodes('reset', account?.id ?? '')
    const code = yield* issueCode(app, { purpose: 'reset', account: account?.id ?? null, ttl: resetLinkTtl })
    const facts = { link: `/reset/${code}` }
    const [to, owner] = [account?.email ?? '', account?.id ?? null]
    const mail = yield* enqueueMail(app, { kind: 'reset-password', purpose: 'account', to, account: owner, facts })
    // Without an account, the same work is done and the mail removed, so that both cases take the same time.
    if (!account) yield* run(query.deleteFrom('mail').where('id', '=', mail))
  })
}

/** Checks a password reset link without using it up. Throws `code_gone`. */
export async function peekResetLink(app: App, code: string): Promise<void> {
  await accountOfReset(app, code)
}

/**
 * Sets a new password with a reset link. Ends all sessions; second factors stay and no session is started. Throws
 * `code_gone`, and what `checkPassword` throws.
 */
export async function resetPassword(app: App, actor: Actor, code: string, password: string): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  const id = await accountOfReset(app, code)
  const account = await app.db.read(() => readAccount(id))
  checkPassword(app, password, [account.user_name, account.email])
  await storePassword(app, account, await hashPassword(app, password), function* () {
    if (!(yield* claimCode(app, 'reset', code))) throw new AppError('code_gone')
  })
}

async function accountOfReset(app: App, code: string): Promise<string> {
  const reset = app.config.passwordSignIn ? await findCode(app, 'reset', code) : undefined
  if (!reset || reset.account === null) throw new AppError('code_gone')
  return reset.account
}

function* findResettableAccount(app: App, nameOrAddress: string): Unit<AccountRow | undefined> {
  const row = yield* findAccount(nameOrAddress)
  return row && (yield* canReset(app, row)) ? row : undefined
}

// An account without a password uses another sign-in method, which control of the mailbox alone must not replace.
function* canReset(app: App, row: AccountRow): Unit<boolean> {
  if (row.password === null || !isActive(row)) return false
  const recent = query
    .selectFrom('code')
    .select('created_at')
    .where('purpose', '=', 'reset')
    .where('account_id', '=', row.id)
    .where('created_at', '>', app.now() - minMailInterval)
  return (yield* first(recent)) === undefined
}
