import type { App } from '../../app.ts'
import { readCookie, sessionCookie, setCookie } from '../../http/cookies.ts'
import type { CookieName } from '../../privacy/inventory/cookies.ts'

/** Returns the cookie of an authorization or a pending registration; empty without one. */
export function readOidcCookie(app: App, request: Request): string {
  return readCookie(request, cookieName(app)) ?? ''
}

/** Returns the header that sets the OpenID cookie, or deletes it if the value is empty. */
export function oidcCookieHeader(app: App, value: string): { 'set-cookie': string } {
  const { basePath, baseUrl } = app.config
  return { 'set-cookie': setCookie(cookieName(app), value, { basePath, secure: baseUrl.startsWith('https:') }) }
}

// The prefix binds the cookie to the host, under the same conditions as for the session cookie.
function cookieName({ config }: App): CookieName {
  return sessionCookie(config) === 'sotto_session' ? 'sotto_outside' : '__Host-sotto_outside'
}
