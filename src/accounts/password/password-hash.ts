import { timingSafeEqual } from 'node:crypto'
import type { App } from '../../app.ts'
import { type Argon2Cost, stretch } from '../../crypto/argon2.ts'
import { passwordLength } from './password-rules.ts'

// A stored hash with a higher cost was not written here; it must not make the server allocate that much memory.
const maxCost: Argon2Cost = { memory: 256 * 1024, passes: 10, lanes: 4 }
const dummySalt = new Uint8Array(16)

/** Hashes a password in Unicode normalization form C with argon2id. Returns a PHC string. Throws `too_busy`. */
export async function hashPassword(app: App, password: string): Promise<string> {
  const salt = app.random(16)
  return phc(app.argon2, salt, await stretch(password, salt, app.argon2))
}

/**
 * Verifies a password against a stored hash. Without a hash it computes one all the same, so that the response time does
 * not reveal whether the account exists. Throws `too_busy`.
 */
export async function verifyPassword(app: App, stored: string | null | undefined, password: string): Promise<boolean> {
  const parsed = stored ? parse(stored) : undefined
  if (!parsed) {
    await stretch(password.slice(0, passwordLength.max), dummySalt, app.argon2)
    return false
  }
  return timingSafeEqual(await stretch(password, parsed.salt, parsed.cost), parsed.hash)
}

/** Tests whether a stored hash has a lower cost than the current setting. */
export function needsRehash({ argon2: cost }: App, stored: string): boolean {
  const parsed = parse(stored)
  return (
    !parsed || parsed.cost.memory < cost.memory || parsed.cost.passes < cost.passes || parsed.cost.lanes < cost.lanes
  )
}

function phc({ memory, passes, lanes }: Argon2Cost, salt: Uint8Array, hash: Uint8Array): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`
}

function parse(stored: string): { cost: Argon2Cost; salt: Uint8Array; hash: Uint8Array } | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/.exec(
    stored,
  )
  if (!match) return undefined
  const [, memory, passes, lanes, salt = '', hash = ''] = match
  const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) }
  return isValidCost(cost) ? { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : undefined
}

function isValidCost({ memory, passes, lanes }: Argon2Cost): boolean {
  return (
    memory <= maxCost.memory &&
    memory >= 8 * lanes &&
    passes <= maxCost.passes &&
    passes >= 1 &&
    lanes <= maxCost.lanes &&
    lanes >= 1
  )
}

function base64(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true })
}
