import type { App } from '../../app.ts'
import { readCookie, sessionCookie, setCookie } from '../../http/cookies.ts'
import type { CookieName } from '../../privacy/inventory/cookies.ts'

/** What a browser was given on its way to the OpenID provider, or empty. */
export function readOutsideCookie(app: App, request: Request): string {
  return readCookie(request, nameFor(app)) ?? ''
}

/** The header that gives a browser the value, or takes it away where it is empty. */
export function outsideCookie(app: App, value: string): { 'set-cookie': string } {
  const { basePath, baseUrl } = app.config
  return { 'set-cookie': setCookie(nameFor(app), value, { basePath, secure: baseUrl.startsWith('https:') }) }
}

// Bound to the host by its name wherever the session's cookie is.
function nameFor({ config }: App): CookieName {
  return sessionCookie(config) === 'sotto_session' ? 'sotto_outside' : '__Host-sotto_outside'
}
