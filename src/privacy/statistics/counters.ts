import { startOfDay } from '../../time.ts'

/** The events that are counted (P11). */
export const counterNames = ['created', 'revealed', 'burned', 'expired'] as const

/** The name of a counted event. */
export type CounterName = (typeof counterNames)[number]

/** The counts of one day. */
export type Counts = Readonly<Record<CounterName, number>>

/**
 * Counts events by day in memory until they are stored, because writing a counter with every secret would be too slow.
 * Contains numbers only, nothing that identifies a person.
 */
export class Counters {
  readonly #now: () => number
  readonly #isOn: boolean
  #days = new Map<number, Record<CounterName, number>>()

  constructor(now: () => number, isOn: boolean) {
    this.#now = now
    this.#isOn = isOn
  }

  readonly created = () => this.#add('created', 1)
  readonly revealed = () => this.#add('revealed', 1)
  readonly burned = () => this.#add('burned', 1)
  readonly expired = (count: number) => this.#add('expired', count)

  get isEmpty(): boolean {
    return this.#days.size === 0
  }

  /** Returns the counts by the start of their day, and resets all counters. */
  drain(): ReadonlyMap<number, Counts> {
    const days = this.#days
    this.#days = new Map()
    return days
  }

  /** Adds counts that could not be stored back to the counters. */
  restore(days: ReadonlyMap<number, Counts>): void {
    for (const [dayStart, counts] of days)
      for (const name of counterNames) this.#countsOf(dayStart)[name] += counts[name]
  }

  #add(name: CounterName, count: number): void {
    if (this.#isOn) this.#countsOf(startOfDay(this.#now()))[name] += count
  }

  #countsOf(dayStart: number): Record<CounterName, number> {
    const existing = this.#days.get(dayStart)
    if (existing) return existing
    const counts = { created: 0, revealed: 0, burned: 0, expired: 0 }
    this.#days.set(dayStart, counts)
    return counts
  }
}
