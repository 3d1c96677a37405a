import { ParseError, ValidationError } from 'elysia'
import { AppError, type Facts } from '../errors.ts'

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
  const [, field = 'body'] = /^\/([^/]+)/.exec(valueError?.path ?? '') ?? []
  return new AppError('field_invalid', { field, ...schemaFacts((valueError?.schema ?? {}) as FieldSchema) })
}

/** The keywords of a field's schema that its error message needs. */
export interface FieldSchema {
  /** The name of the rule, if it is not the name of the field. */
  readonly rule?: string
  /** The numbers of the rule, if they are not the schema's own. */
  readonly limits?: { readonly min?: number; readonly max?: number }
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

/** Returns the rule of a schema as facts of `field_invalid`: its name if it has one, and its limits. */
export function schemaFacts(schema: FieldSchema): Facts {
  const { rule, limits } = schema
  const { min = schema.minimum ?? schema.minLength, max = schema.maximum ?? schema.maxLength } = limits ?? {}
  return { ...(rule && { rule }), ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
