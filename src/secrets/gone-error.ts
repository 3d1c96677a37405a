import type { App } from '../app.ts'
import { AppError } from '../errors.ts'

/**
 * Returns the error for a secret or receipt that was not found. While the instance is suspended it may exist and must not be
 * opened, which has to look the same.
 */
export function goneError({ continuation }: App, code: 'secret_gone' | 'receipt_gone'): AppError {
  return new AppError(continuation.suspension ? 'suspended' : code)
}
