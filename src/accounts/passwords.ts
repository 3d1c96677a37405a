import { timingSafeEqual } from 'node:crypto'
import type { App } from '../app.ts'
import { type Argon2Cost, stretch } from '../crypto/argon2.ts'
import { AppError } from '../errors.ts'
import list from './common-passwords.txt' with { type: 'text' }

/** How long a password may be, in bytes of UTF-8. What it is made of is its owner's choice. */
export const passwordLength = { min: 8, max: 1024 } as const

// A stored hash that asks for more was not written here, and is not given the memory that it asks for.
const ceiling: Argon2Cost = { memory: 256 * 1024, passes: 10, lanes: 4 }
const nobodysSalt = new Uint8Array(16)
const common = `\n${list}`

/**
 * Refuses a password that is too short or too long, one of the 10,000 most common, and what an attacker who knows the
 * account would try first. Throws `password_short`, `password_long`, `password_common`, `body_not_utf8`.
 */
export function checkPassword(app: App, password: string, about: readonly string[]): void {
  if (!password.isWellFormed()) throw new AppError('body_not_utf8')
  const plain = password.normalize('NFC')
  const length = Buffer.byteLength(plain)
  if (length < passwordLength.min) throw new AppError('password_short', { min: passwordLength.min })
  if (length > passwordLength.max) throw new AppError('password_long', { max: passwordLength.max })
  const lower = plain.toLowerCase()
  const known = [...about, ...about.map(localPart), app.config.name, new URL(app.config.baseUrl).hostname]
  const isKnown = known.some((word) => word !== '' && lower === word.toLowerCase())
  if (isKnown || new Set(lower).size === 1 || (!lower.includes('\n') && common.includes(`\n${lower}\n`)))
    throw new AppError('password_common')
}

/** The PHC string of a password: argon2id over its Unicode form C. Throws `too_busy`. */
export async function hashPassword(app: App, password: string): Promise<string> {
  const salt = app.random(16)
  return phc(app.argon2, salt, await stretch(password, salt, app.argon2))
}

/**
 * Whether this is the password. It takes as long where there is none to compare with, so that nobody learns from the
 * time whether there is such an account. Throws `too_busy`.
 */
export async function isPassword(app: App, stored: string | null | undefined, password: string): Promise<boolean> {
  const parts = stored ? parse(stored) : undefined
  if (!parts) {
    await stretch(password.slice(0, passwordLength.max), nobodysSalt, app.argon2)
    return false
  }
  return timingSafeEqual(await stretch(password, parts.salt, parts.cost), parts.hash)
}

/** Whether a stored hash was made with less than is asked for today. */
export function isOutdated({ argon2: cost }: App, stored: string): boolean {
  const parts = parse(stored)
  return !parts || parts.cost.memory < cost.memory || parts.cost.passes < cost.passes || parts.cost.lanes < cost.lanes
}

function phc({ memory, passes, lanes }: Argon2Cost, salt: Uint8Array, hash: Uint8Array): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`
}

function parse(stored: string): { cost: Argon2Cost; salt: Uint8Array; hash: Uint8Array } | undefined {
  const found = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/.exec(
    stored,
  )
  if (!found) return undefined
  const [, memory, passes, lanes, salt = '', hash = ''] = found
  const asked = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) }
  const isSane =
    asked.memory <= ceiling.memory &&
    asked.memory >= 8 * asked.lanes &&
    asked.passes <= ceiling.passes &&
    asked.passes >= 1 &&
    asked.lanes <= ceiling.lanes &&
    asked.lanes >= 1
  return isSane ? { cost: asked, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : undefined
}

function base64(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true })
}

function localPart(word: string): string {
  return word.split('@', 1)[0] ?? ''
}
