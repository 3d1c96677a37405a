import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import type { ConsentPurpose } from '../../privacy/consent/consents.ts'
import { day } from '../../time.ts'
import { findAccount, insertAccount, isTaken, type NewAccount } from '../account.ts'
import type { Actor } from '../actor.ts'
import { claimCode, findCode, issueCode } from '../codes.ts'
import { checkPassword, hashPassword, isPassword } from '../passwords.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'

/** What a person who signs up has filled in; the age was stated and every condition agreed to. */
export interface SignUp {
  readonly userName: string
  readonly email: string
  readonly password: string
  readonly agreed: readonly ConsentPurpose[]
}

/** How long a sign-up may be confirmed, in milliseconds. Then nothing is left of it. */
export const confirmFor = 7 * day

/**
 * Takes a sign-up and mails to its address. What was filled in waits in the mailed code, sealed so that only the link
 * opens it: there is an account when the address is confirmed, and until then nobody's name is taken. For an address
 * that has an account all is the same but the mail, so nobody learns from it who is here. That a user name is taken is
 * said, whatever the address. Throws `sign_up_closed`, `sign_up_domain`, `user_name_taken`, `slow_down`, `too_busy`,
 * and what a password may be refused for.
 */
export async function signUp(app: App, actor: Actor, wish: SignUp): Promise<void> {
  const { userName, email, password, agreed } = wish
  checkOpen(app, email)
  checkPassword(app, password, [userName, email])
  app.throttle.consume('mail', email, actor.network)
  if (isTaken(app, 'user_name', userName)) throw new AppError('user_name_taken')
  const pending: Pending = { userName, password: await hashPassword(app, password), agreed, ageStatedAt: app.now() }
  await app.db.commit(() => {
    const code = issueCode(app, { purpose: 'confirm', email, data: JSON.stringify(pending), ttl: confirmFor })
    const known = findAccount(app, email)
    // The code was issued for the sake of the time it takes; it leads nowhere, and nobody is given it.
    if (known) enqueueMail(app, { ...notice, kind: 'already-registered', to: email, account: known.id, facts: {} })
    else enqueueMail(app, { ...notice, kind: 'confirm-email', to: email, account: null, facts: { link: linkOf(code) } })
  })
}

/** The user name that waits to be confirmed; changes nothing. Throws `code_gone`. */
export function peekSignUp(app: App, code: string): { readonly userName: string; readonly email: string } {
  const { userName, email } = findPending(app, code)
  return { userName, email }
}

/**
 * Makes the account and signs its owner in. The password of the sign-up is asked for once more, so that whoever opens
 * a mail about somebody else's sign-up does not get an account that the other one can enter. The user name may be
 * another one, where it was taken in between. Throws `code_gone`, `password_wrong`, `user_name_taken`, `slow_down`.
 */
export async function confirmSignUp(
  app: App,
  actor: Actor,
  code: string,
  { userName, password }: { readonly userName: string; readonly password: string },
  browser: string,
): Promise<SignInResult> {
  app.throttle.consume('code', code, actor.network)
  const pending = findPending(app, code)
  if (!(await isPassword(app, pending.password, password))) throw new AppError('password_wrong')
  const id = await app.db.commit(() => {
    if (!claimCode(app, 'confirm', code)) throw new AppError('code_gone')
    dropPending(app, pending.email)
    return insertAccount(app, { ...pending, userName, role: 'member' } satisfies NewAccount)
  })
  return signInAs(app, { id }, browser, { factors: 'one' })
}

interface Pending {
  readonly userName: string
  readonly password: string
  readonly agreed: readonly ConsentPurpose[]
  readonly ageStatedAt: number
}

const notice = { purpose: 'account' } as const

function linkOf(code: string): string {
  return `/sign-up/confirm/${code}`
}

function findPending(app: App, code: string): Pending & { email: string } {
  const found = findCode(app, 'confirm', code)
  if (!found?.data || found.email === null) throw new AppError('code_gone')
  return { ...(JSON.parse(found.data) as Pending), email: found.email }
}

// Other sign-ups with this address lead nowhere any more.
function dropPending(app: App, email: string): void {
  app.db.run(query.deleteFrom('code').where('purpose', '=', 'confirm').where('email', '=', email))
}

function checkOpen({ config }: App, email: string): void {
  const { signUp, signUpDomains, passwordSignIn } = config
  if (signUp === 'closed' || signUp === 'invitation' || !passwordSignIn) throw new AppError('sign_up_closed')
  if (signUp === 'domains' && !signUpDomains.includes(email.slice(email.lastIndexOf('@') + 1)))
    throw new AppError('sign_up_domain')
}
