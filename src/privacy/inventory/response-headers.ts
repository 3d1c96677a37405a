/** A response header: the responses that carry it, and the pattern that its value must match. */
export interface ResponseHeader {
  readonly sentOn: 'every' | 'tls' | 'some'
  readonly pattern: RegExp
}

// These vary with the response; their values are not checked.
const unchecked: ResponseHeader = { sentOn: 'some', pattern: /^/ }

/** Every header that a response may have (P15, P30). None names a machine or a program, or allows another origin. */
export const responseHeaders = {
  'content-security-policy': {
    sentOn: 'every',
    pattern: /^default-src 'none'; (?=.*frame-ancestors 'none')(?!.*(?:unsafe|\*|https?:|data:))/,
  },
  'x-content-type-options': { sentOn: 'every', pattern: /^nosniff$/ },
  'x-frame-options': { sentOn: 'every', pattern: /^DENY$/ },
  'referrer-policy': { sentOn: 'every', pattern: /^no-referrer$/ },
  'cross-origin-opener-policy': { sentOn: 'every', pattern: /^same-origin$/ },
  'cross-origin-embedder-policy': { sentOn: 'every', pattern: /^require-corp$/ },
  'cross-origin-resource-policy': { sentOn: 'every', pattern: /^same-origin$/ },
  'permissions-policy': { sentOn: 'every', pattern: /browsing-topics=\(\)/ },
  'x-robots-tag': { sentOn: 'every', pattern: /noindex/ },
  'origin-agent-cluster': { sentOn: 'every', pattern: /^\?1$/ },
  'x-permitted-cross-domain-policies': { sentOn: 'every', pattern: /^none$/ },
  'cache-control': { sentOn: 'every', pattern: /^no-store$/ },
  'x-request-id': { sentOn: 'every', pattern: /^[0-9a-f]{16}$/ },
  vary: { sentOn: 'every', pattern: /Cookie/ },
  'strict-transport-security': { sentOn: 'tls', pattern: /^max-age=(?:3153[6-9]|31[6-9]|3[2-9]|[4-9])\d{3,}/ },
  'content-type': unchecked,
  'content-length': unchecked,
  'content-encoding': unchecked,
  'content-disposition': unchecked,
  location: unchecked,
  allow: unchecked,
  'set-cookie': unchecked,
  'clear-site-data': unchecked,
  'www-authenticate': unchecked,
  'retry-after': unchecked,
  ratelimit: unchecked,
  'ratelimit-policy': unchecked,
} as const satisfies Record<string, ResponseHeader>
