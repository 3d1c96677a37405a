import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import type { Member } from '../access.ts'
import { findAccount, readAccount, updateAccount } from '../account.ts'
import type { Actor } from '../actor.ts'
import { deleteCodes } from '../codes.ts'
import { checkPassword, hashPassword, needsRehash, verifyPassword } from '../password/password-hash.ts'
import { reauthenticate } from '../reauthenticate.ts'
import { endSessions, startSession } from '../sessions/sessions.ts'
import { type SignInProof, type SignInResult, signInAs } from './sign-in.ts'

/** What a person types to sign in: the user name or the e-mail address, and the password. */
export interface Credentials {
  readonly name: string
  readonly password: string
}

/**
 * Signs a browser in. It says the same, and takes as long, for a name that is not known. Throws `sign_in_failed`,
 * `password_sign_in_off`, `slow_down`, `too_busy`.
 */
export async function signIn(
  app: App,
  actor: Actor,
  { name, password }: Credentials,
  browser: string,
  replaces: SignInProof['replaces'] = null,
): Promise<SignInResult> {
  if (!app.config.passwordSignIn) throw new AppError('password_sign_in_off')
  const subject = name.trim().toLowerCase()
  app.throttle.consume('sign-in', subject, actor.network)
  const row = findAccount(app, name)
  if (!(await verifyPassword(app, row?.password, password)) || !row?.password) throw new AppError('sign_in_failed')
  app.throttle.reset('sign-in', subject, actor.network)
  if (needsRehash(app, row.password)) await rehash(app, row.id, password)
  return signInAs(app, row, browser, { factors: 'one', replaces })
}

async function rehash(app: App, id: string, password: string): Promise<void> {
  const stored = await hashPassword(app, password)
  await app.db.commit(() => updateAccount(app, id, { password: stored }))
}

/**
 * Changes the password of who is signed in, or gives the account its first one. All its sessions end; the value of this
 * browser's new cookie comes back. Throws `password_wrong`, `reauthentication_required`, and what a password may be refused for.
 */
export async function changePassword(
  app: App,
  member: Member,
  { current, wanted }: { readonly current: string | undefined; readonly wanted: string },
  browser: string,
): Promise<string> {
  const before = readAccount(app, member.account)
  checkPassword(app, wanted, [before.user_name, before.email])
  if (before.password !== null && !current) throw new AppError('password_wrong')
  await reauthenticate(app, member, before.password === null ? undefined : current)
  await storePassword(app, before, await hashPassword(app, wanted))
  return startSession(app, before, browser, true)
}

/** Stores a new password: every session ends, no code that was mailed for this account counts, and its owner is told. */
export async function storePassword(
  app: App,
  { id, email }: { readonly id: string; readonly email: string },
  password: string,
  first: () => void = () => {},
): Promise<void> {
  await app.db.commit(() => {
    first()
    updateAccount(app, id, { password })
    endSessions(app, id)
    for (const purpose of ['reset', 'login', 'change-email'] as const) deleteCodes(app, purpose, id)
    enqueueMail(app, { kind: 'password-changed', purpose: 'account', to: email, account: id, facts: {} })
  })
}
