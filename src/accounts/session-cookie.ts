import type { App } from '../app.ts'
import { sessionCookie, setCookie } from '../http/cookies.ts'

/** Sends a browser on with its new session; `path` is without the base path. */
export function goSignedIn(app: App, token: string, path: string): Response {
  return go(app, token, path)
}

/** Sends a browser on without its session, and has it drop what it may have kept of the pages. */
export function goSignedOut(app: App, path: string): Response {
  const response = go(app, '', path)
  response.headers.set('clear-site-data', '"cache", "storage"')
  return response
}

/** The header that gives a browser its session, for a page that is shown at once. */
export function sessionHeader({ config }: App, token: string): { 'set-cookie': string } {
  const place = { basePath: config.basePath, secure: config.baseUrl.startsWith('https:') }
  return { 'set-cookie': setCookie(sessionCookie(config), token, place) }
}

function go(app: App, token: string, path: string): Response {
  const headers = { location: app.config.baseUrl + path, ...sessionHeader(app, token) }
  return new Response(null, { status: 303, headers })
}
