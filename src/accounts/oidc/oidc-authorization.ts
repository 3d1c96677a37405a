import { timingSafeEqual } from 'node:crypto'
import { authorizationCodeGrant, buildAuthorizationUrl, calculatePKCECodeChallenge, fetchUserInfo } from 'openid-client'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import { claimCode, issueCode } from '../codes.ts'
import type { Claims } from './oidc-claims.ts'
import { discoverProvider, isOutage, protocolErrorCode, providerUnreachable } from './oidc-provider.ts'

/** Time to complete the authorization at the provider, in milliseconds. */
const authorizationTtl = 15 * minute

/** The path of the redirect URI, relative to the base URL. */
export const callbackPath = '/sign-in/oidc/callback'

/** The authorization URL of the provider, and the value of the cookie that binds the authorization to the browser. */
export interface OidcRedirect {
  readonly url: string
  readonly cookie: string
}

/** A started authorization, found by its `state`. `account` is set to link an identity, null to sign in. */
export interface OidcAuthorization {
  readonly state: string
  readonly account: string | null
  readonly checks: Checks
}

interface Checks {
  readonly nonce: string
  readonly verifier: string
  /** The hash of the cookie. */
  readonly browser: string
}

/** Starts an authorization code flow with PKCE (RFC 7636). Throws `oidc_off`, `oidc_unreachable`. */
export async function startAuthorization(app: App, account?: string): Promise<OidcRedirect> {
  const provider = await discoverProvider(app)
  const cookie = createToken(app)
  const checks: Checks = {
    nonce: createToken(app),
    verifier: createToken(app),
    browser: digest('sign-on', cookie).toHex(),
  }
  const code = {
    purpose: 'oidc',
    data: JSON.stringify(checks),
    ttl: authorizationTtl,
    ...(account && { account }),
  } as const
  const state = await app.db.commit(() => issueCode(app, code))
  const supported = provider.serverMetadata().scopes_supported ?? []
  const url = buildAuthorizationUrl(provider, {
    redirect_uri: app.config.baseUrl + callbackPath,
    scope: ['openid', 'email', 'profile', ...(supported.includes('groups') ? ['groups'] : [])].join(' '),
    response_type: 'code',
    state,
    nonce: checks.nonce,
    code_challenge: await calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, cookie }
}

/**
 * Uses up the authorization of a callback. Only the browser that started it is accepted; otherwise an attacker could
 * sign a victim in to the attacker's account with a callback URL. Throws `oidc_expired`.
 */
export async function claimAuthorization(app: App, search: string, cookie: string): Promise<OidcAuthorization> {
  const state = new URLSearchParams(search).get('state') ?? ''
  const code = await app.db.commit(() => claimCode(app, 'oidc', state))
  const checks = parseChecks(code?.data)
  if (!code || !checks || !isSameBrowser(checks, cookie)) throw new AppError('oidc_expired')
  return { state, account: code.account, checks }
}

/**
 * Exchanges the authorization code of a callback for the claims of the ID token and, where it lacks some, of the userinfo
 * endpoint. The library verifies state, nonce, issuer, audience, signature and times. Throws `oidc_refused`, `oidc_unreachable`.
 */
export async function fetchClaims(app: App, search: string, { state, checks }: OidcAuthorization): Promise<Claims> {
  const provider = await discoverProvider(app)
  const callbackUrl = new URL(app.config.baseUrl + callbackPath + search)
  const expected = { expectedState: state, expectedNonce: checks.nonce, pkceCodeVerifier: checks.verifier }
  try {
    const tokens = await authorizationCodeGrant(provider, callbackUrl, { ...expected, idTokenExpected: true })
    const claims = tokens.claims()
    if (!claims) throw new AppError('oidc_refused')
    const isComplete = claims['email'] !== undefined && claims[app.config.oidcGroupsClaim] !== undefined
    if (isComplete || provider.serverMetadata().userinfo_endpoint === undefined) return claims
    const userInfo = await fetchUserInfo(provider, tokens.access_token, claims.sub)
    // `email_verified` applies only to the address that came with it.
    const { email, email_verified } = userInfo.email === undefined ? claims : userInfo
    return { ...userInfo, ...claims, email, email_verified }
  } catch (error) {
    if (isOutage(error)) throw providerUnreachable(app, error)
    app.log.write({ event: 'oidc_failed', code: protocolErrorCode(error) })
    throw new AppError('oidc_refused')
  }
}

// Pending registrations are stored with the same code purpose, but without a verifier.
function parseChecks(data: string | undefined): Checks | undefined {
  const checks = data === undefined ? {} : JSON.parse(data)
  return 'verifier' in checks ? checks : undefined
}

function isSameBrowser({ browser }: Checks, cookie: string): boolean {
  return timingSafeEqual(Uint8Array.fromHex(browser), digest('sign-on', cookie))
}

function createToken(app: App): string {
  return app.random(32).toBase64({ alphabet: 'base64url', omitPadding: true })
}
