/** `count` events in `windowMs` milliseconds; all of them may come at once. */
export interface Rate {
  readonly count: number
  readonly windowMs: number
}

/** The decision of a limit: whether the event is allowed, how many more are allowed at once, and the wait until the next. */
export interface Verdict {
  readonly allowed: boolean
  readonly remaining: number
  /** Milliseconds until the next event is allowed; 0 while `remaining` is above 0. */
  readonly waitMs: number
}

/**
 * The generic cell rate algorithm (ATM Forum TM 4.0, virtual scheduling): for each key it stores the moment at which the
 * key's bucket is empty. At most `maxKeys` keys are stored; the least recently seen is evicted first.
 */
export class Gcra {
  readonly rate: Rate
  readonly #maxKeys: number
  readonly #emptyAt = new Map<string, number>()

  constructor(rate: Rate, maxKeys = 50_000) {
    this.rate = rate
    this.#maxKeys = maxKeys
  }

  /** Counts one event of `key` if it is allowed. `now` is the reading of a monotonic clock, in milliseconds. */
  consume(key: string, now: number): Verdict {
    const { count, windowMs } = this.rate
    const interval = windowMs / count
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? now, now)
    const next = emptyAt + interval
    const allowed = next <= now + windowMs
    if (allowed) this.#store(key, next)
    const filled = (allowed ? next : emptyAt) - now
    const remaining = Math.floor((windowMs - filled) / interval + 1e-9)
    return { allowed, remaining, waitMs: remaining > 0 ? 0 : Math.ceil(filled + interval - windowMs) }
  }

  /** Empties the bucket of a key. */
  reset(key: string): void {
    this.#emptyAt.delete(key)
  }

  /** The number of stored keys. */
  get size(): number {
    return this.#emptyAt.size
  }

  #store(key: string, moment: number): void {
    this.#emptyAt.delete(key)
    this.#emptyAt.set(key, moment)
    if (this.#emptyAt.size <= this.#maxKeys) return
    const [oldest] = this.#emptyAt.keys()
    if (oldest !== undefined) this.#emptyAt.delete(oldest)
  }
}
