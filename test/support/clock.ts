/** A wall clock and a monotonic clock, which stand still until they are told to go on. */
export class Clock {
  now: number
  monotonic = 5000

  constructor(now: number = Date.UTC(2026, 10, 21, 12)) {
    this.now = now
  }

  /** Lets time pass on both clocks. */
  advance(milliseconds: number): void {
    this.now += milliseconds
    this.monotonic += milliseconds
  }

  /** Sets the wall clock forward, or back by a negative number, while no time passes. */
  setBy(milliseconds: number): void {
    this.now += milliseconds
  }

  /** Both readings, as an instance takes them. */
  readonly readings = { now: () => this.now, monotonic: () => this.monotonic }
}

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
