import { AppError, type Facts } from '../../errors.ts'

/** Trims a text that a person entered. Throws `field_invalid` with these facts if it is empty or not well-formed Unicode. */
export function requireText(input: string, facts: Facts): string {
  const text = input.trim()
  if (text === '' || !text.isWellFormed()) throw new AppError('field_invalid', facts)
  return text
}
