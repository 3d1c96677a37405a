import type { App } from '../../app.ts'
import { sessionCookie, setCookie } from '../../http/cookies.ts'

/** Redirects a browser with its new session cookie. `path` is relative to the base URL. */
export function redirectSignedIn(app: App, token: string, path: string): Response {
  return redirect(app, token, path)
}

/** Redirects a browser without its session cookie and clears its cache and storage. `path` is relative to the base URL. */
export function redirectSignedOut(app: App, path: string): Response {
  const response = redirect(app, '', path)
  response.headers.set('clear-site-data', '"cache", "storage"')
  return response
}

/** Returns the header that sets the session cookie, for a page that is rendered without a redirect. */
export function sessionCookieHeader({ config }: App, token: string): { 'set-cookie': string } {
  const scope = { basePath: config.basePath, secure: config.baseUrl.startsWith('https:') }
  return { 'set-cookie': setCookie(sessionCookie(config), token, scope) }
}

function redirect(app: App, token: string, path: string): Response {
  const headers = { location: app.config.baseUrl + path, ...sessionCookieHeader(app, token) }
  return new Response(null, { status: 303, headers })
}
