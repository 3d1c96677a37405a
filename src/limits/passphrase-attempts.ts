import { AppError } from '../errors.ts'
import { hour, minute, second } from '../time.ts'

const free = 5
const firstWait = minute
const longestWait = hour
const mostRemembered = 10_000

interface Tries {
  made: number
  waitUntil: number
}

/**
 * Slows down guessing of a passphrase: five tries, then a minute, doubling to an hour. Counted for one secret and one
 * network together, so a stranger who has the link cannot lock the recipient out. In memory only, and bounded.
 */
export class PassphraseAttempts {
  readonly #tries = new Map<string, Tries>()
  readonly #monotonic: () => number

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** Takes one try before the passphrase is looked at, so that many at once cannot pass together. Throws `passphrase_wait`. */
  consume(id: string): void {
    const tries = this.#tries.get(id) ?? { made: 0, waitUntil: 0 }
    const left = tries.waitUntil - this.#monotonic()
    if (left > 0) throw new AppError('passphrase_wait', { seconds: Math.ceil(left / second) })
    tries.made++
    if (tries.made >= free)
      tries.waitUntil = this.#monotonic() + Math.min(firstWait * 2 ** (tries.made - free), longestWait)
    this.#remember(id, tries)
  }

  /** Forgets the tries of somebody who had it right. */
  reset(id: string): void {
    this.#tries.delete(id)
  }

  #remember(id: string, tries: Tries): void {
    this.#tries.delete(id)
    this.#tries.set(id, tries)
    if (this.#tries.size <= mostRemembered) return
    const [oldest] = this.#tries.keys()
    if (oldest !== undefined) this.#tries.delete(oldest)
  }
}
