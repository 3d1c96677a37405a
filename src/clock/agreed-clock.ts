import { day, hour, second } from '../time.ts'

/** The clocks of the machine that the time is taken from, in milliseconds. */
export interface MachineClocks {
  /** The wall clock. It can be set, and so can jump. */
  now(): number
  /** The time since the machine booted, including the time for which it was suspended. It cannot be set. */
  bootTime(): number
}

/**
 * Whether the time is known. `agreed`: the wall clock and the boot clock agree, apart from small steps. `disagrees`: the
 * wall clock jumped, and the time runs on without it. `frozen`: the program started at a time that does not follow from
 * when it last ran, so nothing is deleted by its age until an operator accepts the clock.
 */
export type ClockState = 'agreed' | 'disagrees' | 'frozen'

/** The largest step of the wall clock that is taken over, in milliseconds. */
export const maxStep = hour
/** The longest time between two runs after which a start is not in doubt, in milliseconds. */
export const maxPause = 30 * day

// Between two checks the time follows the wall clock alone, which is read in any case.
const checkInterval = second
// Steps add up for this long, so that many small ones do not pass for a large one.
const comparisonSpan = day

/** The time of an instance: the wall clock as long as the boot clock confirms it (P24). It never goes back by itself. */
export class AgreedClock {
  /** The state that the log has last. */
  reportedState: ClockState = 'agreed'
  /** When the instance last ran in agreed time before this start; null if it is not known. */
  lastRun: number | null = null
  readonly #machine: MachineClocks
  #state: ClockState = 'agreed'
  // The wall clock at the last check, and what was to be added to it then.
  #checkedWall = Number.POSITIVE_INFINITY
  #correction = 0
  // The latest time that was returned.
  #latest = Number.NEGATIVE_INFINITY
  // The wall clock minus the boot clock: when they last agreed, and at the beginning of the comparison.
  #offset = 0
  #comparedOffset = 0
  #comparedSince = 0
  // Only while frozen: the offset by which the time runs on from the last run.
  #lastRunOffset = 0

  /** Trusts the wall clock until `start` is called. */
  constructor(machine: MachineClocks) {
    this.#machine = machine
    this.#agreeOn(machine.now(), machine.bootTime())
  }

  /** The time in epoch milliseconds. */
  readonly now = (): number => {
    const wall = this.#machine.now()
    const passed = wall - this.#checkedWall
    if (!(passed >= 0 && passed < checkInterval)) this.#check(wall)
    const time = wall + this.#correction
    if (time > this.#latest) this.#latest = time
    return this.#latest
  }

  /** Begins with the time at which the instance last ran in agreed time, or null if it never did. */
  start(lastRun: number | null): void {
    this.accept()
    this.lastRun = lastRun
    if (lastRun === null) return
    this.#latest = lastRun
    this.#lastRunOffset = lastRun - this.#machine.bootTime()
    this.#state = 'frozen'
    this.check()
  }

  /** Takes over the time of the wall clock, also if it is earlier. */
  accept(): void {
    this.#latest = Number.NEGATIVE_INFINITY
    this.#checkedWall = Number.POSITIVE_INFINITY
    this.#agreeOn(this.#machine.now(), this.#machine.bootTime())
  }

  /** Compares the clocks now and returns the state. */
  check(): ClockState {
    this.#check(this.#machine.now())
    return this.#state
  }

  /** The time as it runs on from the last moment at which the clocks agreed; null while frozen, when there is none. */
  agreedTime(): number | null {
    return this.check() === 'frozen' ? null : this.now()
  }

  /** The time of the wall clock, right or wrong. */
  get wallTime(): number {
    return this.#machine.now()
  }

  /** Whether nothing may be deleted by its age. */
  get isFrozen(): boolean {
    return this.#state === 'frozen'
  }

  #check(wall: number): void {
    this.#correction = this.#timeAt(wall, this.#machine.bootTime()) - wall
    this.#checkedWall = wall
  }

  #timeAt(wall: number, boot: number): number {
    return this.#state === 'frozen' ? this.#timeWhileFrozen(wall, boot) : this.#timeWhileRunning(wall, boot)
  }

  #timeWhileRunning(wall: number, boot: number): number {
    if (Math.abs(wall - boot - this.#comparedOffset) > maxStep) {
      this.#state = 'disagrees'
      return boot + this.#offset
    }
    this.#state = 'agreed'
    this.#offset = wall - boot
    if (boot - this.#comparedSince >= comparisonSpan) this.#agreeOn(wall, boot)
    return wall
  }

  // If the wall clock is ahead, what has expired by it is not served. If it is behind, nothing that expired comes back.
  #timeWhileFrozen(wall: number, boot: number): number {
    const expected = boot + this.#lastRunOffset
    if (wall < expected - maxStep || wall > expected + maxPause) return Math.max(wall, expected)
    // The clock was put right. The time that was never agreed on does not count.
    this.#latest = Math.min(this.#latest, expected)
    this.#agreeOn(wall, boot)
    return wall
  }

  #agreeOn(wall: number, boot: number): void {
    this.#state = 'agreed'
    this.#offset = this.#comparedOffset = wall - boot
    this.#comparedSince = boot
  }
}
