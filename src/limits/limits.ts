import { AppError } from '../errors.ts'
import { second } from '../time.ts'
import { Gcra, type Rate, type Verdict } from './gcra.ts'

/** The configured limits of an instance. */
export interface LimitsConfig {
  readonly limitRequests: Rate | 'off'
  readonly limitCreates: Rate | 'off'
  readonly limitAll: Rate | 'off'
}

/** A limit as reported in the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers). */
export interface LimitStatus {
  readonly name: string
  readonly rate: Rate
  readonly verdict: Verdict
}

/** Limits changes by network and in total. Counted in memory, by pseudonyms of networks, never by addresses. */
export class Limits {
  readonly #requests: Gcra | undefined
  readonly #creates: Gcra | undefined
  readonly #total: Gcra | undefined
  readonly #monotonic: () => number

  constructor(config: LimitsConfig, monotonic: () => number) {
    this.#requests = openLimit(config.limitRequests)
    this.#creates = openLimit(config.limitCreates)
    this.#total = openLimit(config.limitAll)
    this.#monotonic = monotonic
  }

  /**
   * Counts a request that may change something, and returns the limit that refuses it, or else the network's own. The
   * network's limit is checked first, so that one network cannot use up the total.
   */
  consumeRequest(network: string): LimitStatus | undefined {
    const own = this.#consume('requests', this.#requests, network)
    if (own && !own.verdict.allowed) return own
    const total = this.#consume('all', this.#total, '')
    return total && !total.verdict.allowed ? total : (own ?? total)
  }

  /** Counts a create by a network. Throws `creation_quota`. */
  consumeCreate(network: string): void {
    const status = this.#consume('creates', this.#creates, network)
    if (status && !status.verdict.allowed)
      throw new AppError('creation_quota', { seconds: toWholeSeconds(status.verdict.waitMs) })
  }

  #consume(name: string, limit: Gcra | undefined, key: string): LimitStatus | undefined {
    return limit && { name, rate: limit.rate, verdict: limit.consume(key, this.#monotonic()) }
  }
}

function openLimit(rate: Rate | 'off'): Gcra | undefined {
  return rate === 'off' ? undefined : new Gcra(rate)
}

/** Rounds milliseconds up to whole seconds, at least one. */
export function toWholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / second))
}
