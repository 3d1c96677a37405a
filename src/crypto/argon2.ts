import { argon2 } from 'node:crypto'
import { AppError } from '../errors.ts'

/**
 * argon2id (RFC 9106): 64 MiB, three passes, one lane. It is not stored with a secret: an instance opens only what it
 * stretched with the same cost.
 */
export const argon2Cost: Argon2Cost = { memory: 64 * 1024, passes: 3, lanes: 1 }

// Algorithm.Argon2id, a const enum that cannot be imported under isolatedModules.
const argon2id = 2
const atOnce = 2
const mostWaiting = 32
let running = 0
const waiting: (() => void)[] = []

/** What argon2id costs: KiB of memory, passes over it, lanes. */
export interface Argon2Cost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

type Stretch = (passphrase: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>

let implementation: Stretch | undefined

/**
 * Stretches a passphrase to 32 bytes. Text is taken in Unicode form C, as RFC 8265 (OpaqueString) asks, so that a
 * keyboard that composes accents differently still opens. At most two run at once and 32 wait; more are told `too_busy`.
 */
export async function stretch(passphrase: string, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  await turn()
  try {
    implementation ??= await native()
    return await implementation(new TextEncoder().encode(passphrase.normalize('NFC')), salt, cost)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

async function turn(): Promise<void> {
  if (running < atOnce) {
    running++
    return
  }
  if (waiting.length >= mostWaiting) throw new AppError('too_busy')
  await new Promise<void>((takeOver) => waiting.push(takeOver))
}

// The native addon has to be unpacked to a temporary directory that allows execution. Where there is none,
// Bun's own argon2id gives the same bytes, only slower.
async function native(): Promise<Stretch> {
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

/** The same function without the addon. */
export function stretchBuiltIn(passphrase: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  const { memory, passes, lanes } = cost
  const parameters = { message: passphrase, nonce: salt, memory, passes, parallelism: lanes, tagLength: 32 }
  return new Promise((resolve, reject) =>
    argon2('argon2id', parameters, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  )
}
