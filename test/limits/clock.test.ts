import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { App } from '../../src/app.ts'
import { AppError } from '../../src/errors.ts'
import { openApp } from '../../src/open-app.ts'
import { Clock, day, hour, minute, second } from '../fixtures/clock.ts'
import { cheap, configWith, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { goodPassword, member, openInstance, Person } from '../fixtures/people.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const morning = Date.UTC(2026, 10, 21)
const limits = { 'limit-requests': '4/1m', 'limit-creates': '6/1h', 'limit-all': '9/1m' }

// One event for each limit. Pseudonyms change every day by the wall clock, so limits that use them are compared within
// one day.
const events = {
  request: (app: App, who: string) => app.limits.consumeRequest(who),
  create: (app: App, who: string) => app.limits.consumeCreate(who),
  passphrase: (app: App, who: string) => app.passphraseAttempts.consume(who),
  'sign-in': (app: App, who: string) => app.throttle.consume('sign-in', who, 'here'),
  mail: (app: App, who: string) => app.throttle.consume('mail', who, 'here'),
} as const
type Event = keyof typeof events
const withoutPseudonyms: Event[] = ['request', 'create', 'passphrase']

describe('a limit', () => {
  test.each([
    ['hours of one day', 20 * hour, 10 * minute, Object.keys(events) as Event[]],
    ['years', 800 * day, 40 * day, withoutPseudonyms],
  ])(
    'decides the same while the clock jumps over %s and the machine is suspended at random',
    async (_, span, pause, kinds) => {
      const step = fc.record({
        kind: fc.constantFrom(...kinds),
        who: fc.constantFrom('ann', 'ben'),
        passed: fc.oneof(fc.constant(0), fc.nat(20 * second)),
        suspended: fc.oneof(fc.constant(0), fc.nat(pause)),
        jumpTo: fc.option(fc.nat(span)),
      })
      await using steady = await openWithClock()
      await using jumping = await openWithClock()
      fc.assert(
        fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
          for (const { app, clock } of [steady, jumping]) {
            clock.setBy(morning - clock.now)
            app.clock.accept()
          }
          for (const { kind, who, passed, suspended, jumpTo } of steps) {
            for (const { clock } of [steady, jumping]) clock.advance(passed)
            jumping.clock.suspend(suspended)
            if (jumpTo !== null) jumping.clock.setBy(morning + jumpTo - jumping.clock.now)
            expect(decisionOf(jumping.app, kind, who)).toEqual(decisionOf(steady.app, kind, who))
          }
        }),
      )
    },
  )
})

describe('when the wall clock is set', () => {
  test.each([
    ['back', -10 * minute],
    ['forward', 10 * minute],
    ['back by more than a day', -36 * hour],
  ])('%s, creates go on, and the limits still hold', async (_, by) => {
    await using sotto = await startInstance({ 'limit-requests': '6/1m', 'limit-creates': '5/1h', 'limit-all': '60/1m' })
    const create = async () => (await sotto.post('/secrets', { content: 'x' })).status
    expect([await create(), await create()]).toEqual([201, 201])
    sotto.clock.setBy(by)
    expect([await create(), await create(), await create()]).toEqual([201, 201, 201])
    // Another day has other pseudonyms, so the counts start over.
    if (Math.abs(by) < day) expect(await create()).toBe(429)
    sotto.clock.advance(hour / 5)
    expect(await create()).toBe(201)
  })

  test('many times back, never locks out a network', async () => {
    await using sotto = await startInstance({ 'trusted-proxies': '127.0.0.1', 'limit-all': '60/1m' })
    for (let time = 0; time < 12; time++) {
      const headers = { 'x-forwarded-for': `198.51.100.${time}` }
      const statuses = Array.from({ length: 5 }, () => sotto.post('/secrets', { content: 'x' }, headers))
      expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual(Array(5).fill(201))
      sotto.clock.advance(6 * second)
      sotto.clock.setBy(-10 * minute)
    }
  })

  test('the wait for the next passphrase does not change', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open', ttl: '7d' })
    const guess = (passphrase: string) => sotto.post(`/secrets/${key}/reveal`, { passphrase })
    for (let time = 0; time < 5; time++) expect((await guess('wrong')).status).toBe(403)
    for (const by of [-10 * minute, 40 * minute, -hour]) {
      sotto.clock.setBy(by)
      const refused = await guess('open')
      expect([by, refused.status, refused.headers.get('retry-after')]).toEqual([by, 429, '60'])
    }
    sotto.clock.advance(minute)
    expect((await guess('open')).status).toBe(200)
  })

  describe('guessing a password', () => {
    let sotto: Instance
    beforeAll(async () => {
      sotto = await openInstance()
    })
    afterAll(() => sotto[Symbol.asyncDispose]())

    test('is slowed down as before', async () => {
      const person = await member(sotto)
      const guesser = new Person(sotto)
      const guess = async () => (await guesser.signIn('not this one', person.name)).status
      for (let time = 0; time < 9; time++) expect(await guess()).toBe(403)
      sotto.clock.setBy(-10 * minute)
      expect([await guess(), await guess()]).toEqual([403, 429])
      sotto.clock.setBy(hour)
      expect(await guess()).toBe(429)
      sotto.clock.advance(1.5 * minute)
      expect((await guesser.signIn(goodPassword, person.name)).status).toBe(303)
    })
  })
})

async function openWithClock(): Promise<AsyncDisposable & { readonly app: App; readonly clock: Clock }> {
  const folder = temporaryFolder()
  const clock = new Clock()
  const app = await openApp(configWith({ ...limits, 'data-dir': folder.path }), {
    argon2: cheap,
    ...clock.readings,
    random,
    write: () => {},
  })
  return {
    app,
    clock,
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

function decisionOf(app: App, kind: Event, who: string): unknown {
  try {
    return events[kind](app, who)
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, facts: error.facts }
    throw error
  }
}
