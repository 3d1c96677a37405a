import { ParseError, ValidationError } from 'elysia'
import { AppError, kinds } from '../errors.ts'

/** What may be said about anything that was thrown. What is not ours says `failed`, and what it carried stays here. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof ValidationError) return invalidField(error)
  if (codeOf(error) === 'NOT_FOUND') return new AppError('not_found')
  // What reading a body threw comes wrapped.
  if (error instanceof ParseError) return error.cause instanceof AppError ? error.cause : new AppError('body_malformed')
  return new AppError('failed')
}

// The path of a known field is ours to name; the name of an unknown one is the caller's, and is not repeated. What
// else Elysia tells of the error puts the value into words, which fails for some values.
function invalidField({ valueError }: ValidationError): AppError {
  if (valueError?.message === 'Unexpected property') return new AppError('field_unknown')
  const field = (valueError?.path ?? '').slice(1)
  return new AppError('field_invalid', { field: field === '' ? 'body' : field })
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** The headers that an error carries beside its body. */
export function errorHeaders({ kind, facts }: AppError): Record<string, string> {
  if (kind === 'unauthorized') return { 'www-authenticate': 'Bearer realm="sotto"' }
  if (kind === 'busy') return { 'retry-after': '5' }
  return kind === 'slow_down' && facts['seconds'] !== undefined ? { 'retry-after': String(facts['seconds']) } : {}
}

/** RFC 9457: a stable code and one sentence. No address, no id: what never existed and what is gone answer the same bytes. */
export function problem(error: AppError, sentence: string): Response {
  const { status } = kinds[error.kind]
  const body = {
    type: 'about:blank',
    title: titles[status],
    status,
    code: error.code,
    detail: sentence,
    ...range(error),
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...errorHeaders(error) },
  })
}

function range({ facts }: AppError): object {
  return Object.keys(facts).length === 0 ? {} : { facts }
}

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
