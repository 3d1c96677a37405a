/** `count` events in `per` milliseconds; a whole window's worth may come at once. */
export interface Rate {
  readonly count: number
  readonly windowMs: number
}

/** The answer of a limit: whether the event may happen, how many more may at once, and how long until one may. */
export interface Verdict {
  readonly allowed: boolean
  readonly remaining: number
  /** Milliseconds until the next event is allowed; 0 while some remain. */
  readonly waitMs: number
}

/**
 * The generic cell rate algorithm (ATM Forum TM 4.0, virtual scheduling): one moment per key says when its bucket would
 * be empty again. At most `most` keys are remembered; the ones longest not seen are forgotten first.
 */
export class Gcra {
  readonly rate: Rate
  readonly #most: number
  readonly #emptyAt = new Map<string, number>()

  constructor(rate: Rate, most = 50_000) {
    this.rate = rate
    this.#most = most
  }

  /** Counts one event of `key` at `now`, by a clock that never goes back, if it is allowed. */
  consume(key: string, now: number): Verdict {
    const { count, windowMs } = this.rate
    const each = windowMs / count
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? now, now)
    const next = emptyAt + each
    const allowed = next <= now + windowMs
    if (allowed) this.#remember(key, next)
    const filled = (allowed ? next : emptyAt) - now
    const remaining = Math.floor((windowMs - filled) / each + 1e-9)
    return { allowed, remaining, waitMs: remaining > 0 ? 0 : Math.ceil(filled + each - windowMs) }
  }

  /** Forgets a key: its bucket is empty again. */
  reset(key: string): void {
    this.#emptyAt.delete(key)
  }

  get size(): number {
    return this.#emptyAt.size
  }

  #remember(key: string, moment: number): void {
    this.#emptyAt.delete(key)
    this.#emptyAt.set(key, moment)
    if (this.#emptyAt.size <= this.#most) return
    const [oldest] = this.#emptyAt.keys()
    if (oldest !== undefined) this.#emptyAt.delete(oldest)
  }
}
