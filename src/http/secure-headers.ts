import type { App } from '../app.ts'
import type { Config } from '../config/options.ts'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
]

/** The headers of every answer (P15, P30), prepared once. */
export function securityHeaders({ baseUrl }: Config): Headers {
  const overTls = baseUrl.startsWith('https:')
  return new Headers([
    ['content-security-policy', (overTls ? [...policy, 'upgrade-insecure-requests'] : policy).join('; ')],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-embedder-policy', 'require-corp'],
    ['cross-origin-resource-policy', 'same-origin'],
    [
      'permissions-policy',
      'accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
    ],
    ['x-robots-tag', 'noindex, nofollow, noarchive'],
    ['origin-agent-cluster', '?1'],
    ['x-permitted-cross-domain-policies', 'none'],
    ['vary', 'Sec-Fetch-Site, Origin, Cookie, Accept-Encoding'],
    ...(overTls ? [['strict-transport-security', 'max-age=63072000; includeSubDomains'] as [string, string]] : []),
    ['cache-control', 'no-store'],
  ])
}

/**
 * An answer in JSON that has the headers of every answer from the start: to set them one by one costs more than all
 * else that is done to make an answer.
 */
export function json(app: App, body: object, status = 200, more: Readonly<Record<string, string>> = {}): Response {
  const headers = new Headers(app.securityHeaders)
  headers.set('content-type', 'application/json')
  for (const name in more) headers.set(name, more[name] ?? '')
  return new Response(JSON.stringify(body), { status, headers })
}

/** Sets the headers of every answer. `Cache-Control` stays as the answer has it: only named assets are cached. */
export function setSecurityHeaders(app: App, headers: Headers): void {
  if (headers.has('content-security-policy')) return
  const isCached = headers.get('cache-control')
  for (const [name, value] of app.securityHeaders) headers.set(name, value)
  if (isCached !== null) headers.set('cache-control', isCached)
}
