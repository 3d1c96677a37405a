import { argon2 } from 'node:crypto'
import { AppError } from '../errors.ts'

/**
 * The cost of argon2id (RFC 9106): 64 MiB, three passes, one lane. It is not stored with a secret, so a change makes
 * stored passphrases fail.
 */
export const argon2Cost: Argon2Cost = { memory: 64 * 1024, passes: 3, lanes: 1 }

// Algorithm.Argon2id, a const enum that cannot be imported under isolatedModules.
const argon2id = 2
const maxRunning = 2
const maxWaiting = 32
let running = 0
const waiting: (() => void)[] = []

/** A cost of argon2id: memory in KiB, passes, lanes. */
export interface Argon2Cost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

type Stretch = (passphrase: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>

let implementation: Stretch | undefined

/**
 * Stretches a passphrase to 32 bytes. The text is normalised to Unicode form C (RFC 8265, OpaqueString), so that it does
 * not matter how a keyboard composes accents. At most two run at once and 32 wait; beyond that it throws `too_busy`.
 */
export async function stretch(passphrase: string, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  await waitForSlot()
  try {
    implementation ??= await loadNative()
    return await implementation(new TextEncoder().encode(passphrase.normalize('NFC')), salt, cost)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

async function waitForSlot(): Promise<void> {
  if (running < maxRunning) {
    running++
    return
  }
  if (waiting.length >= maxWaiting) throw new AppError('too_busy')
  await new Promise<void>((proceed) => waiting.push(proceed))
}

// The native addon has to be unpacked to a temporary directory that allows execution. Without one, Bun's own argon2id
// returns the same bytes, only slower.
async function loadNative(): Promise<Stretch> {
  try {
    const { hashRaw } = await import('@node-rs/argon2')
    return (passphrase, salt, { memory, passes, lanes }) =>
      hashRaw(passphrase, {
        algorithm: argon2id,
        memoryCost: memory,
        timeCost: passes,
        parallelism: lanes,
        outputLen: 32,
        salt,
      })
  } catch {
    return stretchBuiltIn
  }
}

/** Stretches with the runtime's own argon2id instead of the addon. Rejects if the cost is invalid. */
export function stretchBuiltIn(passphrase: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  const { memory, passes, lanes } = cost
  const parameters = { message: passphrase, nonce: salt, memory, passes, parallelism: lanes, tagLength: 32 }
  return new Promise((resolve, reject) =>
    argon2('argon2id', parameters, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  )
}
