import { expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { anonymousActor } from '../../src/actor.ts'
import type { App } from '../../src/app.ts'
import { maxPause, maxStep } from '../../src/clock/agreed-clock.ts'
import { continueRun } from '../../src/continuation/continue-run.ts'
import { advanceRunMark } from '../../src/continuation/run-marks.ts'
import { openApp } from '../../src/open-app.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { peekSecret } from '../../src/secrets/peek.ts'
import { Clock, day, hour, minute } from '../fixtures/clock.ts'
import { cheap, configWith, temporaryFolder } from '../fixtures/instance.ts'
import { rowsOf } from '../fixtures/stored.ts'

setDefaultTimeout(120_000)

/** A machine with an instance. Its wall clock can be wrong. */
class Machine implements AsyncDisposable {
  readonly clock = new Clock()
  /** By how much the wall clock is wrong. */
  wrongBy = 0
  app!: App
  readonly keys: string[] = []
  readonly #folder = temporaryFolder()

  async start(): Promise<this> {
    const config = configWith({ 'data-dir': this.#folder.path, 'limit-creates': 'off', 'limit-all': 'off' })
    const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
    this.app = await openApp(config, { argon2: cheap, ...this.clock.readings, random, write: () => {} })
    await continueRun(this.app)
    return this
  }

  async restart(off: number): Promise<void> {
    await advanceRunMark(this.app)
    await this.app[Symbol.asyncDispose]()
    this.clock.reboot(off)
    await this.start()
  }

  setWrongBy(milliseconds: number): void {
    this.clock.setBy(milliseconds - this.wrongBy)
    this.wrongBy = milliseconds
    this.app.now()
  }

  async create(ttl: number): Promise<void> {
    const { key } = await createSecret(this.app, anonymousActor('192.0.2.1'), {
      content: { text: 'x' },
      passphrase: undefined,
      ttl,
    })
    this.keys.push(key)
  }

  async purge(): Promise<void> {
    if (!this.app.clock.isFrozen) await purge(this.app, this.app.now())
  }

  /** Whether a wall clock that is wrong could not be told from a right one after a restart. */
  async wouldPass(off: number): Promise<boolean> {
    await advanceRunMark(this.app)
    const passed = this.clock.now + off - ((await rowsOf(this.app, 'instance'))[0]?.agreed_at ?? 0)
    return passed >= -maxStep && passed <= maxPause
  }

  /** The time, and for each secret in the order of creation, whether it can be opened. */
  async seen(): Promise<unknown> {
    const peeks = await Promise.allSettled(this.keys.map((key) => peekSecret(this.app, key)))
    return { now: this.app.now(), opens: peeks.map(({ status }) => status) }
  }

  /** When each stored secret expires. */
  async storedUntil(): Promise<number[]> {
    return (await rowsOf(this.app, 'secret')).map(({ expires_at }) => expires_at).sort((one, other) => one - other)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}

const aWhile = fc.integer({ min: 0, max: 17 * hour })
// Two jumps differ by whole minutes, because the time is checked once a second.
const jump = fc.integer({ min: maxStep / minute + 1, max: (800 * day) / minute }).map((minutes) => minutes * minute)
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), by: fc.integer({ min: hour, max: 7 * day }) }),
  fc.record({ kind: fc.constantFrom('pass' as const, 'suspend' as const, 'restart' as const), by: aWhile }),
  fc.record({
    kind: fc.constant('jump' as const),
    by: fc.oneof(
      jump,
      jump.map((by) => -by),
    ),
  }),
  fc.record({ kind: fc.constantFrom('return' as const, 'purge' as const), by: fc.constant(0) }),
)

test('a wall clock that jumps, also before a start, and is then put right changes nothing', async () => {
  await fc.assert(
    // Together the steps are shorter than 30 days.
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      await using steady = await new Machine().start()
      await using jumping = await new Machine().start()
      for (const { kind, by } of steps) {
        const wasFrozen = jumping.app.clock.isFrozen
        const before = await jumping.storedUntil()
        if (kind === 'jump' && !wasFrozen) jumping.setWrongBy(by)
        if (kind === 'return') jumping.setWrongBy(0)
        if (kind === 'restart' && (await jumping.wouldPass(by))) jumping.setWrongBy(0)
        for (const machine of [steady, jumping]) {
          // What is created while frozen has the time of the wall clock, right or wrong.
          if (kind === 'create' && !wasFrozen) await machine.create(by)
          if (kind === 'pass') machine.clock.advance(by)
          if (kind === 'suspend') machine.clock.suspend(by)
          if (kind === 'restart') await machine.restart(by)
          if (kind === 'purge') await machine.purge()
        }
        if (jumping.app.clock.check() === 'frozen') expect(await jumping.storedUntil()).toEqual(before)
        else expect(await jumping.seen()).toEqual(await steady.seen())
      }
      jumping.setWrongBy(0)
      for (const machine of [steady, jumping]) {
        await machine.restart(0)
        await machine.purge()
      }
      expect(await jumping.seen()).toEqual(await steady.seen())
      expect(await jumping.storedUntil()).toEqual(await steady.storedUntil())
    }),
    { numRuns: 15 },
  )
})
