import type { App } from '../app.ts'
import type { Config } from '../config/options.ts'

const contentSecurityPolicy = [
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

/** Returns the headers of every response (P15, P30), computed once per instance. */
export function securityHeaders({ baseUrl }: Config): Headers {
  const overTls = baseUrl.startsWith('https:')
  return new Headers([
    [
      'content-security-policy',
      [...contentSecurityPolicy, ...(overTls ? ['upgrade-insecure-requests'] : [])].join('; '),
    ],
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

/** Sets the headers of every response. A `Cache-Control` that the response already has is kept: only assets set one. */
export function setSecurityHeaders(app: App, headers: Headers): void {
  if (headers.has('content-security-policy')) return
  const cacheControl = headers.get('cache-control')
  for (const [name, value] of app.securityHeaders) headers.set(name, value)
  if (cacheControl !== null) headers.set('cache-control', cacheControl)
}
