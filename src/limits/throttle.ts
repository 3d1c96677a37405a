import { AppError } from '../errors.ts'
import { hour, minute } from '../time.ts'
import { Gcra, type Rate, type Verdict } from './gcra.ts'
import { toWholeSeconds } from './limits.ts'
import type { PseudonymKey } from './pseudonym-key.ts'

interface Rates {
  readonly together: Rate
  readonly network: Rate
  readonly subject?: Rate
}

interface Buckets {
  readonly together: Gcra
  readonly network: Gcra
  readonly subject: Gcra | undefined
}

/**
 * How often may be guessed. Each guess counts twice: for its subject from this network, and for the network with all its
 * subjects. There is none for a subject alone, by which a stranger could lock an account, except for the code of an
 * authenticator app: who gets there has shown the first factor, and without that limit a thief of passwords with a
 * thousand addresses would have a thousand times the guesses.
 */
export const throttleRates = {
  'sign-in': { together: { count: 10, windowMs: 15 * minute }, network: { count: 300, windowMs: hour } },
  reset: { together: { count: 3, windowMs: hour }, network: { count: 30, windowMs: hour } },
  totp: {
    together: { count: 5, windowMs: 15 * minute },
    network: { count: 60, windowMs: hour },
    subject: { count: 30, windowMs: hour },
  },
  token: { together: { count: 20, windowMs: 10 * minute }, network: { count: 200, windowMs: hour } },
  mail: { together: { count: 5, windowMs: hour }, network: { count: 60, windowMs: hour } },
  code: { together: { count: 20, windowMs: hour }, network: { count: 200, windowMs: hour } },
} as const satisfies Record<string, Rates>

/** What is guessed at, or mailed because somebody asked. */
export type ThrottleKind = keyof typeof throttleRates

interface ThrottleContext {
  readonly pseudonyms: PseudonymKey
  monotonic(): number
}

/**
 * Slows down guessing, and mailing on a stranger's word, by account or address and network together, and by network.
 * In memory only, bounded, and by marks that change every day, so that no address is kept.
 */
export class Throttle {
  readonly #app: ThrottleContext
  readonly #limits = new Map<ThrottleKind, Buckets>()

  constructor(app: ThrottleContext) {
    this.#app = app
  }

  /**
   * Counts a guess before it is looked at, so that many at once cannot pass together. `subject` is an account, or what
   * was typed; `network` is that of the actor. Throws `slow_down`.
   */
  consume(kind: ThrottleKind, subject: string, network: string): void {
    const { together, network: all, subject: everywhere } = this.#limit(kind)
    const now = this.#app.monotonic()
    // The network comes first, so that inventing subjects cannot push the others out of memory.
    refuse(all.consume(network, now))
    refuse(together.consume(this.#pair(subject, network), now))
    if (everywhere) refuse(everywhere.consume(subject, now))
  }

  /** Forgets the guesses of somebody who had it right. */
  reset(kind: ThrottleKind, subject: string, network: string): void {
    this.#limit(kind).together.reset(this.#pair(subject, network))
  }

  #pair(subject: string, network: string): string {
    return `${this.#app.pseudonyms.pseudonym(subject)}/${network}`
  }

  #limit(kind: ThrottleKind): Buckets {
    const known = this.#limits.get(kind)
    if (known) return known
    const { together, network, subject }: Rates = throttleRates[kind]
    const made = {
      together: new Gcra(together),
      network: new Gcra(network),
      subject: subject && new Gcra(subject),
    }
    this.#limits.set(kind, made)
    return made
  }
}

function refuse({ allowed, waitMs }: Verdict): void {
  if (!allowed) throw new AppError('slow_down', { seconds: toWholeSeconds(waitMs) })
}
