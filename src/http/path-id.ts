import { AppError } from '../errors.ts'

/** Parses a numeric id from a path. Throws `not_found`. */
export function parseId(segment: string): number {
  if (!/^[1-9]\d{0,8}$/.test(segment)) throw new AppError('not_found')
  return Number(segment)
}
