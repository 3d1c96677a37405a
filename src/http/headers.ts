import type { Config } from '../config.ts'

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

/** The headers of every answer (P15, P30). `Cache-Control` may be set by the answer itself: only named assets are cached. */
export function securityHeaders({ baseUrl }: Pick<Config, 'baseUrl'>): readonly (readonly [string, string])[] {
  const overTls = baseUrl.startsWith('https:')
  return [
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
    ...(overTls ? ([['strict-transport-security', 'max-age=63072000; includeSubDomains']] as const) : []),
  ]
}
