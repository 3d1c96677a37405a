import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { changeRole } from '../administration.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import { claimAuthorization, fetchClaims } from './oidc-authorization.ts'
import { type OidcProfile, profileFromClaims } from './oidc-claims.ts'
import { findIdentity, linkIdentity } from './oidc-identity.ts'
import { startRegistration } from './oidc-registration.ts'

/** The callback of the provider: the query string of its URL, and the cookie that the browser got at the start. */
export interface OidcCallback {
  readonly browser: string
  readonly search: string
  readonly cookie: string
  /** The hash of the session that the browser had before, with MFA complete or pending; it ends at a sign-in. */
  readonly previousSession: Uint8Array | null
}

/** The result of a callback: a sign-in, a linked identity, or the cookie of a pending registration. */
export type OidcOutcome =
  | { readonly signedIn: SignInResult }
  | { readonly linked: true }
  | { readonly registration: string }

/**
 * Handles the callback of the provider. Throws `oidc_expired`, `oidc_refused`, `oidc_unreachable`, `oidc_email`,
 * `oidc_domain`, `oidc_email_taken`, `oidc_taken`, `sign_up_closed`, `sign_in_failed`.
 */
export async function finishOidcSignIn(
  app: App,
  actor: Actor,
  { browser, search, cookie, previousSession }: OidcCallback,
): Promise<OidcOutcome> {
  const authorization = await claimAuthorization(app, search, cookie)
  const profile = profileFromClaims(app, await fetchClaims(app, search, authorization))
  if (authorization.account === null) return signInOrRegister(app, profile, browser, previousSession)
  if (actor.account !== authorization.account) throw new AppError('oidc_expired')
  await linkIdentity(app, authorization.account, profile)
  return { linked: true }
}

async function signInOrRegister(
  app: App,
  profile: OidcProfile,
  browser: string,
  previousSession: Uint8Array | null,
): Promise<OidcOutcome> {
  const identity = await app.db.read(() => findIdentity(profile))
  if (!identity) return { registration: await startRegistration(app, profile) }
  const { account_id: id, role } = identity
  // The groups apply at every sign-in, so leaving the operators' group removes the role.
  if (profile.role !== undefined && profile.role !== role) await changeRole(app, id, profile.role)
  const factors = profile.isStrong ? 'both' : 'one'
  return { signedIn: await signInAs(app, { id }, browser, { factors, previousSession }) }
}
