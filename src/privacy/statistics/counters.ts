import { startOfDay } from '../../time.ts'

/** What is counted of secrets, and nothing else (P11). */
export const counterNames = ['created', 'revealed', 'burned', 'expired'] as const
export type CounterName = (typeof counterNames)[number]
export type Counts = Readonly<Record<CounterName, number>>

/**
 * Counts in memory, by day, until they are stored: to write a counter with every secret would cost more than it is
 * worth. Numbers only; who was counted is not here to be known.
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
  readonly expired = (number: number) => this.#add('expired', number)

  get isEmpty(): boolean {
    return this.#days.size === 0
  }

  /** What was counted, by the moment its day began; it is the caller's now. */
  drain(): ReadonlyMap<number, Counts> {
    const taken = this.#days
    this.#days = new Map()
    return taken
  }

  /** Puts back what could not be stored. */
  restore(days: ReadonlyMap<number, Counts>): void {
    for (const [from, counts] of days) for (const name of counterNames) this.#countsOf(from)[name] += counts[name]
  }

  #add(name: CounterName, number: number): void {
    if (this.#isOn) this.#countsOf(startOfDay(this.#now()))[name] += number
  }

  #countsOf(from: number): Record<CounterName, number> {
    const known = this.#days.get(from)
    if (known) return known
    const counts = { created: 0, revealed: 0, burned: 0, expired: 0 }
    this.#days.set(from, counts)
    return counts
  }
}
