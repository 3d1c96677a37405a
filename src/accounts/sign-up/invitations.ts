import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day, minute } from '../../time.ts'
import { hasOperator, insertAccount, isTaken } from '../account.ts'
import { claimCode, findCode, issueCode } from '../codes.ts'
import { hashPassword } from '../password/password-hash.ts'
import { checkPassword } from '../password/password-rules.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import { requireAgreements } from './agreements.ts'
import type { SignUpInput } from './sign-up.ts'

/** Lifetimes of a mailed invitation and of one that the operator hands over, in milliseconds. */
export const invitationTtl = { mailed: 7 * day, printed: 30 * minute } as const

/** The address and role of an invited account; without an address the recipient enters one. */
export interface Invitation {
  readonly email: string | undefined
  readonly role: Role
}

const purposes = ['invite', 'first-operator'] as const

/** Creates an invitation link and replaces earlier ones for the address. Returns its path. Throws `email_taken`. */
export async function createInvitation(app: App, { email, role }: Invitation): Promise<string> {
  return app.db.commit(function* () {
    if (email !== undefined) yield* deleteInvitations(email)
    return yield* issueInvitation(app, { email, role })
  })
}

/** Mails an invitation and replaces earlier ones for the address. Throws `email_taken`. */
export async function mailInvitation(app: App, { email, role }: { email: string; role: Role }): Promise<void> {
  await app.db.commit(function* () {
    yield* deleteInvitations(email)
    const link = pathOf(yield* issueCode(app, { purpose: 'invite', email, role, ttl: invitationTtl.mailed }))
    yield* enqueueMail(app, { kind: 'invitation', purpose: 'account', to: email, account: null, facts: { link } })
  })
}

/**
 * Creates the sign-up link for the first operator and replaces earlier ones. Returns undefined if there is an operator or
 * password sign-in is off.
 */
export async function createFirstOperatorLink(app: App): Promise<string | undefined> {
  if (!app.config.passwordSignIn) return undefined
  return app.db.commit(function* () {
    if (yield* hasOperator()) return undefined
    yield* run(query.deleteFrom('code').where('purpose', '=', 'first-operator'))
    return yield* issueInvitation(app, { email: undefined, role: 'operator' })
  })
}

/** Returns the invitation of a link without using it up. Throws `code_gone`. */
export async function peekInvitation(app: App, code: string): Promise<Invitation> {
  const invitation = (await Promise.all(purposes.map((purpose) => findCode(app, purpose, code)))).find(Boolean)
  if (!invitation?.role || !app.config.passwordSignIn) throw new AppError('code_gone')
  return { email: invitation.email ?? undefined, role: invitation.role }
}

/**
 * Creates the account of an invitation and signs the browser in. The link, mailed or from the operator's terminal,
 * confirms the address. Throws `code_gone`, `user_name_taken`, `email_taken`, `slow_down`, `too_busy`, and what
 * `requireAgreements` and `checkPassword` throw.
 */
export async function signUpInvited(
  app: App,
  actor: Actor,
  code: string,
  input: SignUpInput,
  browser: string,
): Promise<SignInResult> {
  requireAgreements(app, input)
  app.throttle.consume('code', code, actor.network)
  const { email = input.email, role } = await peekInvitation(app, code)
  checkPassword(app, input.password, [input.userName, email])
  const password = await hashPassword(app, input.password)
  const id = await app.db.commit(function* () {
    yield* claimInvitation(app, code)
    return yield* insertAccount(app, { ...input, email, role, password, ageStatedAt: app.now() })
  })
  return signInAs(app, { id }, browser, { factors: 'one' })
}

function* claimInvitation(app: App, code: string): Unit<void> {
  for (const purpose of purposes) if (yield* claimCode(app, purpose, code)) return
  throw new AppError('code_gone')
}

function* deleteInvitations(email: string): Unit<void> {
  if (yield* isTaken('email', email)) throw new AppError('email_taken')
  yield* run(query.deleteFrom('code').where('purpose', '=', 'invite').where('email', '=', email))
}

function* issueInvitation(app: App, { email, role }: Invitation): Unit<string> {
  const purpose = email === undefined ? 'first-operator' : 'invite'
  return pathOf(yield* issueCode(app, { purpose, role, ...(email && { email }), ttl: invitationTtl.printed }))
}

function pathOf(code: string): string {
  return `/sign-up/with/${code}`
}
