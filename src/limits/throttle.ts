import { AppError } from '../errors.ts'
import { hour, minute } from '../time.ts'
import { Gcra, type Rate, type Verdict } from './gcra.ts'
import { toWholeSeconds } from './limits.ts'
import type { PseudonymKey } from './pseudonym-key.ts'

interface Rates {
  readonly pair: Rate
  readonly network: Rate
  readonly subject?: Rate
}

interface Buckets {
  readonly pair: Gcra
  readonly network: Gcra
  readonly subject: Gcra | undefined
}

/**
 * The rates of guesses and of requested mails. Each is counted for its subject from this network (`pair`), and for the
 * network with all its subjects. Only codes of an authenticator app are also limited by subject alone: everywhere else
 * that would let a stranger lock an account, but to try such a code the first factor has to be right.
 */
export const throttleRates = {
  'sign-in': { pair: { count: 10, windowMs: 15 * minute }, network: { count: 300, windowMs: hour } },
  reset: { pair: { count: 3, windowMs: hour }, network: { count: 30, windowMs: hour } },
  totp: {
    pair: { count: 5, windowMs: 15 * minute },
    network: { count: 60, windowMs: hour },
    subject: { count: 30, windowMs: hour },
  },
  token: { pair: { count: 20, windowMs: 10 * minute }, network: { count: 200, windowMs: hour } },
  mail: { pair: { count: 5, windowMs: hour }, network: { count: 60, windowMs: hour } },
  code: { pair: { count: 20, windowMs: hour }, network: { count: 200, windowMs: hour } },
} as const satisfies Record<string, Rates>

/** What is guessed, or mailed on request. */
export type ThrottleKind = keyof typeof throttleRates

interface ThrottleContext {
  readonly pseudonyms: PseudonymKey
  monotonic(): number
}

/**
 * Slows down guessing and mail that strangers request: by account or address together with the network, and by network.
 * In memory only, bounded, and by pseudonyms that change every day.
 */
export class Throttle {
  readonly #app: ThrottleContext
  readonly #buckets = new Map<ThrottleKind, Buckets>()

  constructor(app: ThrottleContext) {
    this.#app = app
  }

  /**
   * Counts a guess before it is checked, so that parallel guesses are limited too. `subject` is an account or the entered
   * name or address; `network` is that of the actor. Throws `slow_down`.
   */
  consume(kind: ThrottleKind, subject: string, network: string): void {
    const buckets = this.#bucketsOf(kind)
    const now = this.#app.monotonic()
    // The network is checked first, so that invented subjects cannot evict others from memory.
    requireAllowed(buckets.network.consume(network, now))
    requireAllowed(buckets.pair.consume(this.#pairKey(subject, network), now))
    if (buckets.subject) requireAllowed(buckets.subject.consume(subject, now))
  }

  /** Resets the count of a subject from this network after a correct guess. */
  reset(kind: ThrottleKind, subject: string, network: string): void {
    this.#bucketsOf(kind).pair.reset(this.#pairKey(subject, network))
  }

  #pairKey(subject: string, network: string): string {
    return `${this.#app.pseudonyms.pseudonym(subject)}/${network}`
  }

  #bucketsOf(kind: ThrottleKind): Buckets {
    const existing = this.#buckets.get(kind)
    if (existing) return existing
    const { pair, network, subject }: Rates = throttleRates[kind]
    const buckets = {
      pair: new Gcra(pair),
      network: new Gcra(network),
      subject: subject && new Gcra(subject),
    }
    this.#buckets.set(kind, buckets)
    return buckets
  }
}

function requireAllowed({ allowed, waitMs }: Verdict): void {
  if (!allowed) throw new AppError('slow_down', { seconds: toWholeSeconds(waitMs) })
}
