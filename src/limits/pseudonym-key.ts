import { day } from '../time.ts'

/**
 * Derives pseudonyms for values that are compared but never stored, such as network addresses. The key is in memory only
 * and replaced every day, so that pseudonyms of different days cannot be linked.
 */
export class PseudonymKey {
  readonly #now: () => number
  readonly #random: (bytes: number) => Uint8Array
  #day = -1
  #key = new Uint8Array()

  constructor(runtime: { now(): number; random(bytes: number): Uint8Array }) {
    this.#now = runtime.now
    this.#random = runtime.random
  }

  /** Returns the pseudonym of a value for today: HMAC-SHA-256 with the key of the day, 16 hexadecimal characters. */
  pseudonym(value: string): string {
    const today = Math.floor(this.#now() / day)
    if (today !== this.#day) {
      this.#day = today
      this.#key = new Uint8Array(this.#random(32))
    }
    return new Bun.CryptoHasher('sha256', this.#key).update(value).digest('hex').slice(0, 16)
  }
}
