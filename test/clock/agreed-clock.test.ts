import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { AgreedClock, maxPause, maxStep } from '../../src/clock/agreed-clock.ts'
import { Clock, day, hour, minute, second } from '../fixtures/clock.ts'

/** A machine with an instance that stores its agreed time when it stops. */
class Machine {
  readonly clock = new Clock()
  agreedAt: number | null = null
  agreed: AgreedClock

  constructor() {
    this.agreed = this.started()
  }

  store(): void {
    this.agreedAt = this.agreed.agreedTime() ?? this.agreedAt
  }

  /** Stops the instance, leaves the machine off for a time, and starts both again. */
  restart(off: number): void {
    this.store()
    this.clock.reboot(off)
    this.agreed = this.started()
  }

  started(): AgreedClock {
    const agreed = new AgreedClock(this.clock.readings)
    agreed.start(this.agreedAt)
    return agreed
  }
}

describe('the time', () => {
  test('is the time of the wall clock', () => {
    const { clock, agreed } = new Machine()
    for (const passed of [0, 1, second, hour, 400 * day]) {
      clock.advance(passed)
      expect([agreed.now(), agreed.check()]).toEqual([clock.now, 'agreed'])
    }
  })

  test('follows small steps forward, and stands still after small steps back', () => {
    const { clock, agreed } = new Machine()
    const start = agreed.now()
    clock.setBy(20 * minute)
    expect(agreed.now()).toBe(start + 20 * minute)
    clock.setBy(-30 * minute)
    expect([agreed.now(), agreed.check()]).toEqual([start + 20 * minute, 'agreed'])
    clock.advance(29 * minute)
    expect(agreed.now()).toBe(start + 20 * minute)
    clock.advance(2 * minute)
    expect(agreed.now()).toBe(start + 21 * minute)
  })

  test.each([400 * day, 2 * hour, -2 * hour, -400 * day])('runs on while the wall clock is %d ms off', (by) => {
    const { clock, agreed } = new Machine()
    const start = agreed.now()
    clock.setBy(by)
    expect([agreed.now(), agreed.check()]).toEqual([start, 'disagrees'])
    for (let time = 1; time <= 100; time++) {
      clock.advance(hour)
      expect(agreed.now()).toBe(start + time * hour)
    }
    clock.setBy(-by)
    expect([agreed.now(), agreed.check()]).toEqual([start + 100 * hour, 'agreed'])
  })

  test('runs on from a small step that came before a large one', () => {
    const { clock, agreed } = new Machine()
    const start = agreed.now()
    clock.setBy(20 * minute)
    agreed.now()
    clock.setBy(400 * day)
    clock.advance(minute)
    expect([agreed.now(), agreed.check()]).toEqual([start + 21 * minute, 'disagrees'])
  })

  test('does not take over a large step that comes in small ones', () => {
    const { clock, agreed } = new Machine()
    const start = agreed.now()
    for (let step = 0; step < 500; step++) {
      clock.advance(minute)
      clock.setBy(50 * minute)
      agreed.now()
    }
    expect(agreed.check()).toBe('disagrees')
    expect(agreed.now() - start - 500 * minute).toBeLessThanOrEqual(maxStep)
  })

  test('takes over the steps of each day', () => {
    const { clock, agreed } = new Machine()
    for (let days = 0; days < 10; days++) {
      clock.advance(25 * hour)
      expect([agreed.now(), agreed.check()]).toEqual([clock.now, 'agreed'])
      clock.setBy(50 * minute)
      expect([agreed.now(), agreed.check()]).toEqual([clock.now, 'agreed'])
    }
  })

  test('is taken from the wall clock when an operator accepts it, also backwards', () => {
    const { clock, agreed } = new Machine()
    for (const by of [400 * day, -800 * day]) {
      clock.setBy(by)
      agreed.accept()
      expect([agreed.now(), agreed.check()]).toEqual([clock.now, 'agreed'])
    }
  })

  test('is compared with the boot clock at most once a second', () => {
    const clock = new Clock()
    let readings = 0
    const agreed = new AgreedClock({
      now: clock.readings.now,
      bootTime: () => {
        readings++
        return clock.boot
      },
    })
    agreed.start(null)
    agreed.now()
    const before = readings
    for (let time = 0; time < 10_000; time++) {
      clock.advance(1)
      agreed.now()
    }
    expect(readings - before).toBe(10)
  })
})

describe('a start', () => {
  test.each([
    ['at once', 0, 0],
    ['after a weekend without power', 60 * hour, 0],
    ['after almost 30 days', maxPause, 0],
    ['with a clock that is a little behind', 0, -maxStep],
  ])('%s is in no doubt', (_, off, by) => {
    const machine = new Machine()
    machine.store()
    machine.clock.setBy(by)
    machine.restart(off)
    expect(machine.agreed.check()).toBe('agreed')
    expect(machine.agreed.now()).toBe(Math.max(machine.clock.now, machine.agreedAt ?? 0))
  })

  test.each([
    ['31 days later', 31 * day],
    ['400 days later', 400 * day],
    ['more than an hour earlier', -maxStep - 1],
    ['in 1970', -Date.UTC(2026, 10, 21, 12)],
  ])('%s is frozen, and its time is not before the last run', (_, by) => {
    const { clock, agreed } = frozenBy(by)
    const start = agreed.now()
    expect([agreed.check(), agreed.agreedTime()]).toEqual(['frozen', null])
    expect(start).toBe(Math.max(clock.now, agreed.lastRun ?? 0))
    clock.advance(minute)
    expect(agreed.now()).toBe(start + minute)
  })

  test.each([31 * day, -40 * day])('%d ms off is frozen until the clock is right', (by) => {
    const { clock, agreed } = frozenBy(by)
    clock.advance(5 * day)
    expect(agreed.check()).toBe('frozen')
    clock.setBy(-by)
    expect([agreed.check(), agreed.now()]).toEqual(['agreed', clock.now])
  })

  test.each([31 * day, -40 * day])('%d ms off is frozen until an operator accepts the clock', (by) => {
    const { clock, agreed } = frozenBy(by)
    agreed.accept()
    expect([agreed.check(), agreed.now()]).toEqual(['agreed', clock.now])
  })

  test('of an instance that never ran is in no doubt', () => {
    const { agreed, clock } = new Machine()
    expect([agreed.check(), agreed.now(), agreed.lastRun]).toEqual(['agreed', clock.now, null])
  })
})

test('a machine that was suspended for 40 days freezes nothing and disagrees about nothing', () => {
  const machine = new Machine()
  machine.store()
  machine.clock.suspend(40 * day)
  expect([machine.agreed.now(), machine.agreed.check()]).toEqual([machine.clock.now, 'agreed'])
  machine.restart(0)
  expect(machine.agreed.check()).toBe('agreed')
})

const span = fc.nat(3 * day)
const step = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), by: span }),
  fc.record({ kind: fc.constant('suspend' as const), by: span }),
  fc.record({ kind: fc.constant('set' as const), by: fc.integer({ min: -2 * hour, max: 2 * hour }) }),
  fc.record({ kind: fc.constant('set' as const), by: fc.integer({ min: -800 * day, max: 800 * day }) }),
  fc.record({ kind: fc.constant('store' as const), by: fc.constant(0) }),
  fc.record({ kind: fc.constant('restart' as const), by: fc.oneof(span, fc.nat(60 * day)) }),
)

test('whatever the clocks do, the time never goes back, and is never ahead of what has passed', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const machine = new Machine()
      // Since the start of the process, what has passed in truth.
      let [latest, started, passed] = [machine.agreed.now(), machine.agreed.now(), 0]
      for (const { kind, by } of steps) {
        const wasFrozen = machine.agreed.isFrozen
        if (kind === 'pass') machine.clock.advance(by)
        if (kind === 'suspend') machine.clock.suspend(by)
        if (kind === 'set') machine.clock.setBy(by)
        if (kind === 'store') machine.store()
        if (kind === 'restart') machine.restart(by)
        const [now, state] = [machine.agreed.now(), machine.agreed.check()]
        if (!wasFrozen) expect(now).toBeGreaterThanOrEqual(latest)
        expect(now).toBeGreaterThanOrEqual(machine.agreedAt ?? 0)
        if (kind === 'restart' || wasFrozen || state === 'frozen') [started, passed] = [now, 0]
        else if (kind === 'pass' || kind === 'suspend') passed += by
        expect(now - started - passed).toBeLessThanOrEqual(maxStep * (2 + Math.floor(passed / day)))
        latest = now
      }
    }),
    { numRuns: 1000 },
  )
})

/** Starts a machine whose wall clock was set by so many milliseconds since its last run. */
function frozenBy(by: number): Machine {
  const machine = new Machine()
  machine.store()
  machine.clock.setBy(by)
  machine.agreed = machine.started()
  return machine
}
