import type { ActiveSession } from '../../actor.ts'
import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { pendingOffers } from '../../privacy/consent/consents.ts'
import { findActiveAccount, requiresMfa } from '../mfa/mfa-status.ts'
import { endSession, startSession } from '../sessions/sessions.ts'

/** What follows a verified factor: nothing, a consent prompt, the second factor, or its enrolment. */
export type NextStep = 'done' | 'consent' | 'mfa' | 'enrol-mfa'

/** The path of each next step, relative to the base URL. */
export const nextStepPath = {
  done: '/',
  consent: '/account/asked',
  mfa: '/sign-in/factor',
  'enrol-mfa': '/account/factors',
} as const satisfies Record<NextStep, string>

/** The result of a sign-in: the token of the new session, the value of its cookie, and the next step. */
export interface SignInResult {
  readonly token: string
  readonly next: NextStep
}

/** What was verified: one factor, or both at once by a passkey with user verification. */
export interface SignInProof {
  readonly factors: 'one' | 'both'
  /** The hash of the session that the browser had before; it ends. */
  readonly previousSession?: Uint8Array | null
}

/**
 * Starts a session after a verified first factor: password, passkey, login link or OpenID Connect. MFA is pending in it if
 * the account has a second factor or must enrol one. Every way to sign in ends here. Throws `sign_in_failed`.
 */
export async function signInAs(
  app: App,
  { id }: { readonly id: string },
  browser: string,
  { factors, previousSession }: SignInProof,
): Promise<SignInResult> {
  const account = await app.db.read(() => findActiveAccount(id))
  if (!account) throw new AppError('sign_in_failed')
  const next = factors === 'both' ? 'done' : mfaStep(app, account)
  const token = await startSession(app, account, browser, next === 'done')
  if (previousSession) await endSession(app, previousSession)
  return { token, next: next === 'done' ? await stepAfterSignIn(app, id) : next }
}

/** Returns the step after a completed sign-in: the consent prompt, once, for offers that are new to the account (P08). */
export async function stepAfterSignIn(app: App, account: string): Promise<'done' | 'consent'> {
  const pending = await pendingOffers(app, account)
  return pending.length > 0 ? 'consent' : 'done'
}

/** Upgrades a session with pending MFA: issues a new token and revokes the old one. Throws `sign_in_failed`. */
export async function completeMfa(app: App, pendingMfa: ActiveSession, browser: string): Promise<string> {
  const account = await app.db.read(() => findActiveAccount(pendingMfa.account))
  if (!account) throw new AppError('sign_in_failed')
  const token = await startSession(app, account, browser, true)
  await endSession(app, pendingMfa.lookup)
  return token
}

function mfaStep(app: App, account: { role: Role; hasFactor: number }): 'done' | 'mfa' | 'enrol-mfa' {
  if (account.hasFactor === 1) return 'mfa'
  return requiresMfa(app, account.role) ? 'enrol-mfa' : 'done'
}
