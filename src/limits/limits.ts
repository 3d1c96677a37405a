import { AppError } from '../errors.ts'
import { second } from '../time.ts'
import { Gcra, type Rate, type Verdict } from './gcra.ts'

/** The limits of an instance; one that is off is not there. */
export interface LimitsConfig {
  readonly limitRequests: Rate | 'off'
  readonly limitCreates: Rate | 'off'
  readonly limitAll: Rate | 'off'
}

/** A limit as its caller is told of it, in RateLimit fields (draft-ietf-httpapi-ratelimit-headers). */
export interface LimitStatus {
  readonly name: string
  readonly rate: Rate
  readonly verdict: Verdict
}

/** How much a network, and all networks together, may change; in memory, by networks' marks, never by addresses. */
export class Limits {
  readonly #requests: Gcra | undefined
  readonly #creates: Gcra | undefined
  readonly #all: Gcra | undefined
  readonly #monotonic: () => number

  constructor(config: LimitsConfig, monotonic: () => number) {
    this.#requests = limit(config.limitRequests)
    this.#creates = limit(config.limitCreates)
    this.#all = limit(config.limitAll)
    this.#monotonic = monotonic
  }

  /** Counts a request that may change something. The network's own limit comes first, so that it cannot use up everybody's. */
  consumeRequest(network: string): LimitStatus | undefined {
    const told = this.#take('requests', this.#requests, network)
    if (told && !told.verdict.allowed) return told
    const all = this.#take('all', this.#all, '')
    return all && !all.verdict.allowed ? all : (told ?? all)
  }

  /** Counts a secret that a network creates. Throws `creation_quota`. */
  consumeCreate(network: string): void {
    const told = this.#take('creates', this.#creates, network)
    if (told && !told.verdict.allowed)
      throw new AppError('creation_quota', { seconds: toWholeSeconds(told.verdict.waitMs) })
  }

  #take(name: string, limit: Gcra | undefined, key: string): LimitStatus | undefined {
    return limit && { name, rate: limit.rate, verdict: limit.consume(key, this.#monotonic()) }
  }
}

function limit(rate: Rate | 'off'): Gcra | undefined {
  return rate === 'off' ? undefined : new Gcra(rate)
}

/** Milliseconds as whole seconds, at least one. */
export function toWholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / second))
}
