import { ParseError, ValidationError } from 'elysia'
import { AppError } from '../errors.ts'

/** Converts anything thrown into an AppError. Unknown errors become `failed`, without details. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof ValidationError) return invalidField(error)
  if (codeOf(error) === 'NOT_FOUND') return new AppError('not_found')
  // Elysia wraps errors thrown while a body is read.
  if (error instanceof ParseError) return error.cause instanceof AppError ? error.cause : new AppError('body_malformed')
  return new AppError('failed')
}

// Only the path of a known field is returned: the name of an unknown field comes from the caller, and Elysia's message
// formats the value, which fails for some values.
function invalidField({ valueError }: ValidationError): AppError {
  if (valueError?.message === 'Unexpected property') return new AppError('field_unknown')
  const field = (valueError?.path ?? '').slice(1)
  return new AppError('field_invalid', { field: field === '' ? 'body' : field })
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
