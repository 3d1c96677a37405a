import { type AppError, kinds } from '../errors.ts'

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
}

/**
 * Responds with the problem details of an error (RFC 9457): a stable code and one sentence. The path and the request ID
 * are left out, so that the response is identical for a secret that is gone and one that never existed.
 */
export function problem(error: AppError, sentence: string): Response {
  const { status } = kinds[error.kind]
  const facts = Object.keys(error.facts).length === 0 ? {} : { facts: error.facts }
  const body = { type: 'about:blank', title: titles[status], status, code: error.code, detail: sentence, ...facts }
  const headers = { 'content-type': 'application/problem+json', ...errorHeaders(error) }
  return new Response(JSON.stringify(body), { status, headers })
}

/** Returns the headers of the response to an error: `WWW-Authenticate` or `Retry-After`, depending on its kind. */
export function errorHeaders({ kind, facts }: AppError): Record<string, string> {
  if (kind === 'unauthorized') return { 'www-authenticate': 'Bearer realm="sotto"' }
  if (kind === 'busy') return { 'retry-after': '5' }
  return kind === 'slow_down' && facts['seconds'] !== undefined ? { 'retry-after': String(facts['seconds']) } : {}
}
