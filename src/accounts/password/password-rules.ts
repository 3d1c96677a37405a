import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import list from './common-passwords.txt' with { type: 'text' }

/** Length limits of passwords, in bytes of UTF-8. There are no composition rules (NIST SP 800-63B). */
export const passwordLength = { min: 8, max: 1024 } as const

const common = `\n${list}`

/**
 * Rejects passwords that are too short or too long, among the 10,000 most common, a single repeated character, or equal
 * to a value in `related`, such as the user name. Throws `password_short`, `password_long`, `password_common`, `body_not_utf8`.
 */
export function checkPassword(app: App, password: string, related: readonly string[]): void {
  if (!password.isWellFormed()) throw new AppError('body_not_utf8')
  const normalized = password.normalize('NFC')
  const length = Buffer.byteLength(normalized)
  if (length < passwordLength.min) throw new AppError('password_short', { min: passwordLength.min })
  if (length > passwordLength.max) throw new AppError('password_long', { max: passwordLength.max })
  const lower = normalized.toLowerCase()
  const guessable = [...related, ...related.map(localPart), app.config.name, new URL(app.config.baseUrl).hostname]
  const isGuessable = guessable.some((value) => value !== '' && lower === value.toLowerCase())
  if (isGuessable || new Set(lower).size === 1 || isCommon(lower)) throw new AppError('password_common')
}

function isCommon(lower: string): boolean {
  return !lower.includes('\n') && common.includes(`\n${lower}\n`)
}

function localPart(value: string): string {
  return value.split('@', 1)[0] ?? ''
}
