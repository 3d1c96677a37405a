import { day } from '../time.ts'

/**
 * Marks what must be recognised again, but not remembered: the key lives in memory only and is replaced every day, so
 * that a mark of yesterday cannot be compared with one of today.
 */
export class PseudonymKey {
  readonly #now: () => number
  readonly #random: (bytes: number) => Uint8Array
  #day = -1
  #key = new Uint8Array()

  constructor(outside: { now(): number; random(bytes: number): Uint8Array }) {
    this.#now = outside.now
    this.#random = outside.random
  }

  /** Sixteen hexadecimal characters: HMAC-SHA-256 with the key of the day. */
  pseudonym(words: string): string {
    const today = Math.floor(this.#now() / day)
    if (today !== this.#day) {
      this.#day = today
      this.#key = new Uint8Array(this.#random(32))
    }
    return new Bun.CryptoHasher('sha256', this.#key).update(words).digest('hex').slice(0, 16)
  }
}
