import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { Gcra, type Rate } from '../limits/gcra.ts'
import { seconds } from '../limits/limits.ts'
import { hour, minute } from '../time.ts'

/**
 * How often may be guessed. Each guess counts twice: for its subject from this network, and for the network with all its
 * subjects. There is none for a subject alone: by that a stranger could lock an account.
 */
export const rates = {
  'sign-in': { together: { count: 10, per: 15 * minute }, network: { count: 300, per: hour } },
  reset: { together: { count: 3, per: hour }, network: { count: 30, per: hour } },
  totp: { together: { count: 5, per: 15 * minute }, network: { count: 60, per: hour } },
  token: { together: { count: 20, per: 10 * minute }, network: { count: 200, per: hour } },
  mail: { together: { count: 5, per: hour }, network: { count: 60, per: hour } },
  code: { together: { count: 20, per: hour }, network: { count: 200, per: hour } },
} as const satisfies Record<string, { together: Rate; network: Rate }>

/** What is guessed at, or mailed because somebody asked. */
export type GuessKind = keyof typeof rates

/**
 * Slows down guessing, and mailing on a stranger's word, by account or address and network together, and by network.
 * In memory only, bounded, and by marks that change every day, so that no address is kept.
 */
export class Guesses {
  readonly #app: Pick<App, 'marks' | 'monotonic'>
  readonly #limits = new Map<GuessKind, { together: Gcra; network: Gcra }>()

  constructor(app: Pick<App, 'marks' | 'monotonic'>) {
    this.#app = app
  }

  /**
   * Counts a guess before it is looked at, so that many at once cannot pass together. `subject` is an account, or what
   * was typed; `network` is that of the actor. Throws `slow_down`.
   */
  take(kind: GuessKind, subject: string, network: string): void {
    const { together, network: all } = this.#limit(kind)
    const now = this.#app.monotonic()
    // The network comes first, so that inventing subjects cannot push the others out of memory.
    refuse(all.take(network, now))
    refuse(together.take(this.#pair(subject, network), now))
  }

  /** Forgets the guesses of somebody who had it right. */
  forgive(kind: GuessKind, subject: string, network: string): void {
    this.#limit(kind).together.forget(this.#pair(subject, network))
  }

  #pair(subject: string, network: string): string {
    return `${this.#app.marks.mark(subject)}/${network}`
  }

  #limit(kind: GuessKind): { together: Gcra; network: Gcra } {
    const known = this.#limits.get(kind)
    if (known) return known
    const { together, network } = rates[kind]
    const made = { together: new Gcra(together), network: new Gcra(network) }
    this.#limits.set(kind, made)
    return made
  }
}

function refuse({ allowed, wait }: { allowed: boolean; wait: number }): void {
  if (!allowed) throw new AppError('slow_down', { seconds: seconds(wait) })
}

const all = new WeakMap<App, Guesses>()

/** The guesses that this instance has seen. */
export function guesses(app: App): Guesses {
  const known = all.get(app)
  if (known) return known
  const made = new Guesses(app)
  all.set(app, made)
  return made
}
