import type { App } from '../app.ts'

/** Responds with JSON. The security headers are copied at once, because setting them one by one is slow. */
export function json(app: App, body: object, status = 200, extra: Readonly<Record<string, string>> = {}): Response {
  const headers = new Headers(app.securityHeaders)
  headers.set('content-type', 'application/json')
  for (const name in extra) headers.set(name, extra[name] ?? '')
  return new Response(JSON.stringify(body), { status, headers })
}
