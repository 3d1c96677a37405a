import type { App } from '../app.ts'
import { AppError } from '../errors.ts'

/**
 * Returns the error for a secret that was not found. While the instance is suspended it may exist and must not be opened,
 * which has to look the same.
 */
export function secretGone({ continuation }: App): AppError {
  return continuation.suspension ? new AppError('suspended') : new AppError('secret_gone')
}

/** Returns the error for a receipt that was not found; the same as for one that must not be shown. */
export function receiptGone({ continuation }: App): AppError {
  return continuation.suspension ? new AppError('suspended') : new AppError('receipt_gone')
}
