import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day, minute } from '../../time.ts'
import { hasOperator, insertAccount, isTaken } from '../account.ts'
import type { Actor } from '../actor.ts'
import { claimCode, findCode, issueCode } from '../codes.ts'
import { checkPassword, hashPassword } from '../password/password-hash.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import type { SignUpInput } from './sign-up.ts'

/** How long a mailed invitation may be used, and how long one that is handed over, in milliseconds. */
export const invitationTtl = { mailed: 7 * day, printed: 30 * minute } as const

/** Whom an invitation is for. Without an address its holder brings one. */
export interface Invitation {
  readonly email: string | undefined
  readonly role: Role
}

const purposes = ['invite', 'first-operator'] as const

/** Makes a link to an account for who holds it; its path. Throws `email_taken`. */
export async function createInvitation(app: App, { email, role }: Invitation): Promise<string> {
  return app.db.commit(() => {
    if (email !== undefined) forgetInvitations(app, email)
    return issueLink(app, { email, role })
  })
}

/** Mails an invitation; the earlier ones for that address count no longer. Throws `email_taken`. */
export async function mailInvitation(app: App, { email, role }: { email: string; role: Role }): Promise<void> {
  await app.db.commit(() => {
    forgetInvitations(app, email)
    const link = linkOf(issueCode(app, { purpose: 'invite', email, role, ttl: invitationTtl.mailed }))
    enqueueMail(app, { kind: 'invitation', purpose: 'account', to: email, account: null, facts: { link } })
  })
}

/**
 * The link to the first operator's account, while there is no operator: a new one each time, so that the ones before
 * count no longer. Nothing where there is one, or where passwords sign nobody in.
 */
export async function createFirstOperatorLink(app: App): Promise<string | undefined> {
  if (hasOperator(app) || !app.config.passwordSignIn) return undefined
  return app.db.commit(() => {
    app.db.run(query.deleteFrom('code').where('purpose', '=', 'first-operator'))
    return issueLink(app, { email: undefined, role: 'operator' })
  })
}

/** Whom a link is for; changes nothing. Throws `code_gone`. */
export function peekInvitation(app: App, code: string): Invitation {
  const found = purposes.map((purpose) => findCode(app, purpose, code)).find(Boolean)
  if (!found?.role || !app.config.passwordSignIn) throw new AppError('code_gone')
  return { email: found.email ?? undefined, role: found.role }
}

/**
 * Makes the account that a link is for, and signs its owner in: the link itself proves the address, or comes from the
 * operator's own terminal. Throws `code_gone`, `user_name_taken`, `email_taken`, `slow_down`, `too_busy`, and what a
 * password may be refused for.
 */
export async function signUpInvited(
  app: App,
  actor: Actor,
  code: string,
  wish: SignUpInput,
  browser: string,
): Promise<SignInResult> {
  app.throttle.consume('code', code, actor.network)
  const { email = wish.email, role } = peekInvitation(app, code)
  checkPassword(app, wish.password, [wish.userName, email])
  const password = await hashPassword(app, wish.password)
  const id = await app.db.commit(() => {
    if (!purposes.some((purpose) => claimCode(app, purpose, code))) throw new AppError('code_gone')
    return insertAccount(app, { ...wish, email, role, password, ageStatedAt: app.now() })
  })
  return signInAs(app, { id }, browser, { factors: 'one' })
}

function forgetInvitations(app: App, email: string): void {
  if (isTaken(app, 'email', email)) throw new AppError('email_taken')
  app.db.run(query.deleteFrom('code').where('purpose', '=', 'invite').where('email', '=', email))
}

function issueLink(app: App, { email, role }: Invitation): string {
  const purpose = email === undefined ? 'first-operator' : 'invite'
  return linkOf(issueCode(app, { purpose, role, ...(email && { email }), ttl: invitationTtl.printed }))
}

function linkOf(code: string): string {
  return `/sign-up/with/${code}`
}
