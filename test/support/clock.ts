/** A clock that stands still until it is told to go on. */
export class Clock {
  now: number

  constructor(now: number = Date.UTC(2026, 10, 21, 12)) {
    this.now = now
  }

  advance(milliseconds: number): void {
    this.now += milliseconds
  }
}

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
