import { AppError } from '../../errors.ts'

/** Trims a text that a person entered. Throws `field_invalid` if it is empty or not well-formed Unicode. */
export function requireText(input: string, field: string): string {
  const text = input.trim()
  if (text === '' || !text.isWellFormed()) throw new AppError('field_invalid', { field })
  return text
}
