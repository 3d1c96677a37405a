import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import type { ConsentPurpose } from '../../privacy/consent/consents.ts'
import { day } from '../../time.ts'
import { findAccount, insertAccount, isTaken, type NewAccount } from '../account.ts'
import { claimCode, findCode, issueCode } from '../codes.ts'
import { hashPassword, verifyPassword } from '../password/password-hash.ts'
import { checkPassword } from '../password/password-rules.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import { requireAgreements, type SignUpAgreements } from './agreements.ts'

/** The input of a sign-up. */
export interface SignUpInput extends SignUpAgreements {
  readonly userName: string
  readonly email: string
  readonly password: string
}

/** Lifetime of a sign-up that is not confirmed, in milliseconds. */
export const signUpTtl = 7 * day

/**
 * Mails a confirmation link to the address of a sign-up. The input is stored encrypted so that only the link decrypts it;
 * the account is created when the address is confirmed. An address that already has an account gets another mail, and the
 * response is the same. Throws `sign_up_closed`, `sign_up_domain`, `user_name_taken`, `slow_down`, `too_busy`, and what
 * `requireAgreements` and `checkPassword` throw.
 */
export async function signUp(app: App, actor: Actor, input: SignUpInput): Promise<void> {
  requireAgreements(app, input)
  const { userName, email, password, agreed } = input
  checkOpen(app, email)
  checkPassword(app, password, [userName, email])
  app.throttle.consume('mail', email, actor.network)
  if (await app.db.read(() => isTaken('user_name', userName))) throw new AppError('user_name_taken')
  const pending: PendingSignUp = {
    userName,
    password: await hashPassword(app, password),
    agreed,
    ageStatedAt: app.now(),
  }
  await app.db.commit(function* () {
    const code = yield* issueCode(app, { purpose: 'confirm', email, data: JSON.stringify(pending), ttl: signUpTtl })
    const existing = yield* findAccount(email)
    // The code is issued in both cases so that they take the same time; here it is never sent.
    if (existing)
      yield* enqueueMail(app, { ...notice, kind: 'already-registered', to: email, account: existing.id, facts: {} })
    else
      yield* enqueueMail(app, {
        ...notice,
        kind: 'confirm-email',
        to: email,
        account: null,
        facts: { link: pathOf(code) },
      })
  })
}

/** Returns the user name and address of a pending sign-up without using the link up. Throws `code_gone`. */
export async function peekSignUp(
  app: App,
  code: string,
): Promise<{ readonly userName: string; readonly email: string }> {
  const { userName, email } = await findPending(app, code)
  return { userName, email }
}

/**
 * Creates the account of a pending sign-up and signs the browser in. Requires the password of the sign-up, so that the
 * owner of a mailbox cannot confirm an account whose password a stranger chose. The user name may be changed, in case it
 * was taken in the meantime. Throws `code_gone`, `password_wrong`, `user_name_taken`, `slow_down`.
 */
export async function confirmSignUp(
  app: App,
  actor: Actor,
  code: string,
  { userName, password }: { readonly userName: string; readonly password: string },
  browser: string,
): Promise<SignInResult> {
  app.throttle.consume('code', code, actor.network)
  const pending = await findPending(app, code)
  if (!(await verifyPassword(app, pending.password, password))) throw new AppError('password_wrong')
  const id = await app.db.commit(function* () {
    if (!(yield* claimCode(app, 'confirm', code))) throw new AppError('code_gone')
    yield* deletePending(pending.email)
    return yield* insertAccount(app, { ...pending, userName, role: 'member' } satisfies NewAccount)
  })
  return signInAs(app, { id }, browser, { factors: 'one' })
}

interface PendingSignUp {
  readonly userName: string
  readonly password: string
  readonly agreed: readonly ConsentPurpose[]
  readonly ageStatedAt: number
}

const notice = { purpose: 'account' } as const

function pathOf(code: string): string {
  return `/sign-up/confirm/${code}`
}

async function findPending(app: App, code: string): Promise<PendingSignUp & { email: string }> {
  const pending = await findCode(app, 'confirm', code)
  if (!pending?.data || pending.email === null) throw new AppError('code_gone')
  return { ...(JSON.parse(pending.data) as PendingSignUp), email: pending.email }
}

function* deletePending(email: string): Unit<void> {
  yield* run(query.deleteFrom('code').where('purpose', '=', 'confirm').where('email', '=', email))
}

function checkOpen({ config }: App, email: string): void {
  const { signUp, signUpDomains, passwordSignIn } = config
  if (signUp === 'closed' || signUp === 'invitation' || !passwordSignIn) throw new AppError('sign_up_closed')
  if (signUp === 'domains' && !signUpDomains.includes(email.slice(email.lastIndexOf('@') + 1)))
    throw new AppError('sign_up_domain')
}
