import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { minute } from '../../time.ts'
import { type AccountRow, findAccount, readAccount } from '../account.ts'
import { isActive } from '../active-account.ts'
import type { Actor } from '../actor.ts'
import { claimCode, deleteCodes, findCode, issueCode } from '../codes.ts'
import { checkPassword, hashPassword } from './password-hash.ts'
import { storePassword } from '../sign-in/password-sign-in.ts'

/** How long a mailed link to a new password may be used, in milliseconds. */
export const resetLinkTtl = 30 * minute
// A link that was mailed so lately is in the mailbox still: strangers can neither fill it nor end that link.
const mailedAgainAfter = 5 * minute

/**
 * Mails a link to a new password, if there is such an account; says nothing of whether there is. Only the newest link
 * counts. Throws `slow_down`, `password_sign_in_off`.
 */
export async function requestReset(app: App, actor: Actor, nameOrAddress: string): Promise<void> {
  if (!app.config.passwordSignIn) throw new AppError('password_sign_in_off')
  app.throttle.consume('reset', nameOrAddress.trim().toLowerCase(), actor.network)
  await app.db.commit(() => {
    const row = findAccount(app, nameOrAddress)
    // A code for nobody, so that both cases write to the disk and take as long.
    if (!row || !mayReset(app, row)) return void issueCode(app, { purpose: 'reset', ttl: resetLinkTtl })
    deleteCodes(app, 'reset', row.id)
    const code = issueCode(app, { purpose: 'reset', account: row.id, ttl: resetLinkTtl })
    const facts = { link: `/reset/${code}` }
    enqueueMail(app, { kind: 'reset-password', purpose: 'account', to: row.email, account: row.id, facts })
  })
}

/** Whether a mailed code still counts; changes nothing. Throws `code_gone`. */
export function peekResetLink(app: App, code: string): void {
  findReset(app, code)
}

/**
 * Sets a new password for who holds the mailed code. Every session ends; the second factor stays, and nobody is signed
 * in. Throws `code_gone`, and what a password may be refused for.
 */
export async function resetPassword(app: App, actor: Actor, code: string, password: string): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  const row = readAccount(app, findReset(app, code))
  checkPassword(app, password, [row.user_name, row.email])
  const stored = await hashPassword(app, password)
  await storePassword(app, row, stored, () => {
    if (!claimCode(app, 'reset', code)) throw new AppError('code_gone')
  })
}

function findReset(app: App, code: string): string {
  const found = app.config.passwordSignIn ? findCode(app, 'reset', code) : undefined
  if (!found || found.account === null) throw new AppError('code_gone')
  return found.account
}

// Who has no password signs in another way, which a mailbox alone must not replace.
function mayReset(app: App, row: AccountRow): boolean {
  if (row.password === null || !isActive(row)) return false
  const recent = query
    .selectFrom('code')
    .select('created_at')
    .where('purpose', '=', 'reset')
    .where('account_id', '=', row.id)
    .where('created_at', '>', app.now() - mailedAgainAfter)
  return app.db.first(recent) === undefined
}
