import type { App } from '../app.ts'
import { setCookie } from '../privacy/cookies.ts'
import { sessionCookie } from './visit.ts'

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

function go({ config }: App, token: string, path: string): Response {
  const place = { basePath: config.basePath, secure: config.baseUrl.startsWith('https:') }
  const cookie = setCookie(sessionCookie(config), token, place)
  return new Response(null, { status: 303, headers: { location: config.baseUrl + path, 'set-cookie': cookie } })
}
