import { timingSafeEqual } from 'node:crypto'
import { authorizationCodeGrant, buildAuthorizationUrl, calculatePKCECodeChallenge, fetchUserInfo } from 'openid-client'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import type { Actor } from '../actor.ts'
import { changeRole } from '../administration.ts'
import { claimCode, issueCode } from '../codes.ts'
import { type FactorOwner, notifyFactorChange, onSignInMethodRemoved, reauthenticateOwner } from '../mfa/factors.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import { type Claims, type OidcProfile, profileFromClaims } from './oidc-claims.ts'
import { discoverProvider, isOutage, protocolErrorCode, providerUnreachable } from './oidc-provider.ts'
import { startRegistration } from './oidc-registration.ts'

/** How long somebody may take at the provider, in milliseconds. */
const patience = 15 * minute

/** Where the provider sends a browser back to, behind the base URL. */
export const callbackPath = '/sign-in/oidc/callback'

/** A browser on its way to the provider: where to, and the cookie by which it is known when it comes back. */
export interface OidcRedirect {
  readonly url: string
  readonly cookie: string
}

/** A browser that comes back: what the provider put behind the address, and what it was given when it left. */
export interface OidcCallback {
  readonly browser: string
  readonly search: string
  readonly cookie: string
  /** The session that it had, whole or half; it ends where another one begins. */
  readonly replaces: Uint8Array | null
}

/** What came of a way through the provider. A newcomer has no account yet; the cookie knows them on the next page. */
export type OidcOutcome = { readonly entered: SignInResult } | { readonly linked: true } | { readonly newcomer: string }

interface Kept {
  readonly nonce: string
  readonly verifier: string
  readonly browser: string
}

/** Sends a browser to the provider to sign in. Throws `oidc_off`, `oidc_unreachable`. */
export function startOidcSignIn(app: App): Promise<OidcRedirect> {
  return leave(app, undefined)
}

/**
 * Sends somebody who is signed in to the provider, so that it signs them in from now on. This is the only way in which
 * an account comes to know a provider: an equal e-mail address links nothing. Who controls the provider, or gets an
 * address there that was somebody else's, would walk into the account. Throws what `proveHolder` throws,
 * `oidc_off`, `oidc_unreachable`, `slow_down`.
 */
export async function startOidcLink(app: App, holder: FactorOwner, proof?: string): Promise<OidcRedirect> {
  await reauthenticateOwner(app, holder, proof)
  return leave(app, holder.account)
}

/** The provider signs the account in no more. Throws what `proveHolder` throws, `last_sign_in_method`, `slow_down`. */
export async function unlinkOidc(app: App, holder: FactorOwner, proof?: string): Promise<void> {
  await reauthenticateOwner(app, holder, proof)
  const remove = query.deleteFrom('identity').where('account_id', '=', holder.account)
  await app.db.commit(() => {
    if (app.db.run(remove).changes > 0) onSignInMethodRemoved(app, holder)
  })
}

/**
 * Takes a browser back from the provider. Throws `oidc_expired`, `oidc_refused`, `oidc_unreachable`,
 * `oidc_email`, `oidc_domain`, `oidc_email_taken`, `oidc_taken`, `sign_up_closed`, `sign_in_failed`.
 */
export async function finishOidcSignIn(
  app: App,
  actor: Actor,
  { browser, search, cookie, replaces }: OidcCallback,
): Promise<OidcOutcome> {
  const state = new URLSearchParams(search).get('state') ?? ''
  // Taken before anything else is looked at: the same address, opened again, finds nothing.
  const code = await app.db.commit(() => claimCode(app, 'oidc', state))
  const kept = keptOf(code?.data)
  if (!code || !kept || !isSameBrowser(kept, cookie)) throw new AppError('oidc_expired')
  const person = profileFromClaims(app, await claimsOf(app, search, state, kept))
  if (code.account === null) return arrive(app, person, browser, replaces)
  if (actor.account !== code.account) throw new AppError('oidc_expired')
  return link(app, code.account, person)
}

async function leave(app: App, account: string | undefined): Promise<OidcRedirect> {
  const provider = await discoverProvider(app)
  const cookie = word(app)
  const kept: Kept = { nonce: word(app), verifier: word(app), browser: digest('sign-on', cookie).toHex() }
  const code = { purpose: 'oidc', data: JSON.stringify(kept), ttl: patience, ...(account && { account }) } as const
  const state = await app.db.commit(() => issueCode(app, code))
  const known = provider.serverMetadata().scopes_supported ?? []
  const url = buildAuthorizationUrl(provider, {
    redirect_uri: app.config.baseUrl + callbackPath,
    scope: ['openid', 'email', 'profile', ...(known.includes('groups') ? ['groups'] : [])].join(' '),
    response_type: 'code',
    state,
    nonce: kept.nonce,
    code_challenge: await calculatePKCECodeChallenge(kept.verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, cookie }
}

// The library checks state, nonce, issuer, audience, signature and times; what it says of a failure stays here.
async function claimsOf(app: App, search: string, state: string, kept: Kept): Promise<Claims> {
  const provider = await discoverProvider(app)
  const returned = new URL(app.config.baseUrl + callbackPath + search)
  const checks = { expectedState: state, expectedNonce: kept.nonce, pkceCodeVerifier: kept.verifier }
  try {
    const tokens = await authorizationCodeGrant(provider, returned, { ...checks, idTokenExpected: true })
    const claims = tokens.claims()
    if (!claims) throw new AppError('oidc_refused')
    const hasAll = claims['email'] !== undefined && claims[app.config.oidcGroupsClaim] !== undefined
    if (hasAll || provider.serverMetadata().userinfo_endpoint === undefined) return claims
    // Many providers name address and groups only here. That an address is verified counts for the one it was said of.
    const more = await fetchUserInfo(provider, tokens.access_token, claims.sub)
    const { email, email_verified } = more.email === undefined ? claims : more
    return { ...more, ...claims, email, email_verified }
  } catch (error) {
    if (isOutage(error)) throw providerUnreachable(app, error)
    app.log.write({ event: 'oidc_failed', code: protocolErrorCode(error) })
    throw new AppError('oidc_refused')
  }
}

async function arrive(
  app: App,
  person: OidcProfile,
  browser: string,
  replaces: Uint8Array | null,
): Promise<OidcOutcome> {
  const known = app.db.first(selectIdentity({ issuer: person.issuer, subject: person.subject }))
  if (!known) return { newcomer: await startRegistration(app, person) }
  const { account_id: id } = known
  // The groups count at each sign-in: a member who left the operators' group is no operator from here on.
  if (person.role !== undefined && person.role !== known.role) await changeRole(app, id, person.role)
  return { entered: await signInAs(app, { id }, browser, { factors: person.isStrong ? 'both' : 'one', replaces }) }
}

async function link(app: App, account: string, { issuer, subject }: OidcProfile): Promise<OidcOutcome> {
  const identity = { issuer, subject, account_id: account, created_at: app.now() }
  await app.db.commit(() => {
    const known = app.db.first(selectIdentity({ issuer, subject }))
    if (known && known.account_id !== account) throw new AppError('oidc_taken')
    if (known) return
    app.db.run(query.insertInto('identity').values(identity))
    notifyFactorChange(app, account)
  })
  return { linked: true }
}

function keptOf(data: string | undefined): Kept | undefined {
  const kept = data === undefined ? {} : JSON.parse(data)
  return 'verifier' in kept ? kept : undefined
}

// Without this, somebody could hand another the address that ends their own way through the provider, and the other
// would be signed in as them.
function isSameBrowser({ browser }: Kept, cookie: string): boolean {
  return timingSafeEqual(Uint8Array.fromHex(browser), digest('sign-on', cookie))
}

function word(app: App): string {
  return app.random(32).toBase64({ alphabet: 'base64url', omitPadding: true })
}

const selectIdentity = preparedQuery<{ issuer: string; subject: string }>()((value) =>
  query
    .selectFrom('identity')
    .innerJoin('account', 'account.id', 'identity.account_id')
    .select(['identity.account_id', 'account.role'])
    .where('issuer', '=', value('issuer'))
    .where('subject', '=', value('subject')),
)
