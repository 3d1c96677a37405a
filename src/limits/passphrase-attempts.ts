import { AppError } from '../errors.ts'
import { hour, minute, second } from '../time.ts'

const freeAttempts = 5
const firstWait = minute
const maxWait = hour
const maxEntries = 10_000

interface Attempts {
  count: number
  waitUntil: number
}

/**
 * Slows down guessing of a passphrase: after five attempts a wait of one minute, doubling up to an hour. Counted for each
 * pair of secret and network, so a stranger who has the link cannot lock the recipient out. In memory only, and bounded.
 */
export class PassphraseAttempts {
  readonly #entries = new Map<string, Attempts>()
  readonly #monotonic: () => number

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** Counts an attempt before the passphrase is checked, so that parallel attempts are limited too. Throws `passphrase_wait`. */
  consume(subject: string): void {
    const attempts = this.#entries.get(subject) ?? { count: 0, waitUntil: 0 }
    const waitMs = attempts.waitUntil - this.#monotonic()
    if (waitMs > 0) throw new AppError('passphrase_wait', { seconds: Math.ceil(waitMs / second) })
    attempts.count++
    if (attempts.count >= freeAttempts)
      attempts.waitUntil = this.#monotonic() + Math.min(firstWait * 2 ** (attempts.count - freeAttempts), maxWait)
    this.#store(subject, attempts)
  }

  /** Resets the count after a correct passphrase. */
  reset(subject: string): void {
    this.#entries.delete(subject)
  }

  #store(subject: string, attempts: Attempts): void {
    this.#entries.delete(subject)
    this.#entries.set(subject, attempts)
    if (this.#entries.size <= maxEntries) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
