import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { acceptClock } from '../../src/clock/accept-clock.ts'
import { reportClock } from '../../src/clock/report-clock.ts'
import { isPurgeOnTime } from '../../src/jobs/purge-health.ts'
import { startJobs } from '../../src/jobs/scheduler.ts'
import { retryLimit } from '../../src/mail/deliver.ts'
import { purge, purgeEndedReplays } from '../../src/privacy/purge/purge.ts'
import { checkClock } from '../../src/privacy/verify/check-store.ts'
import { verify } from '../../src/privacy/verify/verify.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { type Clock, day, hour, minute } from '../fixtures/clock.ts'
import { everythingOf } from '../fixtures/everything.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { deliveryTo, post } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { startRun, stopRun } from '../fixtures/runs.ts'
import { someone } from '../fixtures/someone.ts'
import { everyRow, rowsOf, tamper } from '../fixtures/stored.ts'

describe('a start with a clock that is far off', () => {
  test.each([
    ['400 days ahead', 400 * day],
    ['10 days behind', -10 * day],
  ])('destroys nothing while it is %s, and nothing is lost when it is right again', async (_, by) => {
    using folder = temporaryFolder()
    const first = await startRun(folder.path)
    const ann = await everythingOf(first, 'ann-kestrel', first.clock.now + 300 * day)
    await closeAccount(first.app, (await someone(first, 'ben')).id, { eraseNow: false, burnSecrets: false })
    await first.posted('/secrets', { content: 'sésame', ttl: '7d' })
    await stopRun(first)
    const { clock } = first
    clock.setBy(by)

    const frozen = await startRun(folder.path, {}, clock)
    const before = await everyRow(frozen.app)
    await runJobs(frozen)
    const after = await everyRow(frozen.app)
    for (const [table, rows] of Object.entries(before))
      expect([table, after[table as keyof typeof after].length]).toEqual([table, rows.length])
    expect([after.account.length, after.session.length > 0, after.secret.length]).toEqual([2, true, 2])
    await stopRun(frozen)
    clock.setBy(-by)

    await using right = await startRun(folder.path, {}, clock)
    expect([right.app.clock.check(), right.app.now()]).toEqual(['agreed', clock.now])
    await runJobs(right)
    expect((await rowsOf(right.app, 'secret')).length).toBe(2)
    expect((await right.fetch('/account', { headers: ann.cookie })).status).toBe(200)
  })

  test('serves nothing that has expired by it, and nothing that has expired before', async () => {
    using folder = temporaryFolder()
    const first = await startRun(folder.path)
    const create = async (ttl: string) => (await first.posted('/secrets', { content: 'sésame', ttl })).key
    const [short, long] = [await create('1h'), await create('7d')]
    first.clock.advance(hour)
    expect(await first.fetch(`/api/v3/secrets/${short}`).then(({ status }) => status)).toBe(404)
    await stopRun(first)
    first.clock.setBy(-10 * day)
    const behind = await startRun(folder.path, {}, first.clock)
    expect(await statusesOf(behind, short, long)).toEqual([404, 200])
    await stopRun(behind)
    first.clock.setBy(50 * day)
    await using ahead = await startRun(folder.path, {}, first.clock)
    expect(await statusesOf(ahead, short, long)).toEqual([404, 404])
  })

  test('is red on the health page, in the log and in the verification, and does not move the stored time', async () => {
    await using frozen = await startFrozen(31 * day)
    const { app, lines } = frozen.instance
    const health = await frozen.instance.fetch('/healthz')
    expect([health.status, await health.json()]).toEqual([
      503,
      expect.objectContaining({ status: 'failing', clock: 'frozen' }),
    ])
    await runJobs(frozen.instance)
    expect(await isPurgeOnTime(app)).toBe(false)
    reportClock(app)
    expect(clockLines(lines)).toEqual(['frozen'])
    expect(checkClock(app)).toEqual([{ key: 'verify.clockFrozen', facts: {} }])
    expect((await verify(app, await inProcessClient(app))).isKept).toBe(false)
    expect((await rowsOf(app, 'instance'))[0]?.agreed_at).toBe(frozen.lastRun)
    expect(await failureOf(purge(app, app.now()))).toBe('clock_frozen')
  })

  test.each([31 * day, -10 * day])('%d ms off is over when the clock is accepted', async (by) => {
    await using frozen = await startFrozen(by)
    const { app, clock, lines, fetch } = frozen.instance
    reportClock(app)
    await frozen.instance.posted('/secrets', { content: 'sésame', ttl: '1h' })
    const before = app.now()
    expect(await acceptClock(app)).toEqual({ before, after: clock.now })
    expect([app.clock.check(), app.now()]).toEqual(['agreed', clock.now])
    expect((await rowsOf(app, 'instance'))[0]?.agreed_at).toBe(clock.now)
    clock.advance(before - clock.now + hour)
    await runJobs(frozen.instance)
    expect(await rowsOf(app, 'secret')).toEqual([])
    expect((await (await fetch('/healthz')).json()) as object).toMatchObject({ status: 'ok', clock: 'agreed' })
    expect(clockLines(lines)).toEqual(['frozen', 'agreed'])
  })

  test('deletes no log file and forgets no erasure', async () => {
    using folder = temporaryFolder()
    const flags = { 'log-file': join(folder.path, 'requests.log'), 'log-retention': '7d' }
    const dataDir = join(folder.path, 'data')
    const first = await startRun(dataDir, flags)
    const ann = await someone(first, 'ann')
    await closeAccount(first.app, ann.id, { eraseNow: false, burnSecrets: false })
    first.clock.advance(14 * day)
    await purge(first.app, first.clock.now)
    expect(await rowsOf(first.app, 'account')).toEqual([])
    await first.fetch('/')
    await stopRun(first)
    const [erasures, rotated] = [join(dataDir, 'erasures'), join(folder.path, 'requests.log.2026-12-04')]
    const recorded = readFileSync(erasures, 'utf8')
    writeFileSync(rotated, '{"time":"2026-12-04T10:00:00.000Z"}\n')

    first.clock.setBy(400 * day)
    const frozen = await startRun(dataDir, flags, first.clock)
    await runJobs(frozen)
    expect([readFileSync(erasures, 'utf8'), existsSync(rotated)]).toEqual([recorded, true])
    await frozen.fetch('/')
    await stopRun(frozen)
    expect(logFiles(folder.path)).toEqual(['requests.log', 'requests.log.2026-12-04', 'requests.log.2026-12-05'])

    // The lines of the wrong time are kept no longer than others.
    first.clock.setBy(-400 * day)
    await using right = await startRun(dataDir, flags, first.clock)
    right.app.log.rotate()
    expect(logFiles(folder.path)).toEqual([
      'requests.log',
      'requests.log.2026-12-04',
      'requests.log.2026-12-05',
      'requests.log.2026-12-05.2',
    ])
    first.clock.advance(7 * day)
    right.app.log.rotate()
    expect(logFiles(folder.path)).toEqual(['requests.log'])
  })

  test('gives up no mail', async () => {
    await using box = await startMailbox()
    using folder = temporaryFolder()
    const first = await startRun(folder.path, { 'smtp-url': box.url })
    await post(first.app, deliveryTo('ann@example.org'))
    await tamper(first.app, `UPDATE mail SET tries = ${retryLimit.tries}`)
    await stopRun(first)
    first.clock.setBy(400 * day)
    box.refuse = () => '451 4.3.0 try again later'
    await using frozen = await startRun(folder.path, { 'smtp-url': box.url }, first.clock)
    await runJobs(frozen)
    expect(await rowsOf(frozen.app, 'mail')).toMatchObject([{ outcome: null, body: expect.anything() }])
  })

  test('still deletes what was opened a minute ago', async () => {
    await using frozen = await startFrozen(31 * day)
    const { app, clock, posted } = frozen.instance
    const { key } = await posted('/secrets', { content: 'sésame' })
    await posted(`/secrets/${key}/reveal`, {}, { 'idempotency-key': '0123456789abcdef' })
    expect((await rowsOf(app, 'secret')).length).toBe(1)
    clock.advance(2 * minute)
    await purgeEndedReplays(app, app.now())
    expect(await rowsOf(app, 'secret')).toEqual([])
  })
})

test('a clock that jumps while the server runs is a warning, and the purge goes on', async () => {
  using folder = temporaryFolder()
  await using instance = await startRun(folder.path)
  const { app, clock, lines } = instance
  await instance.posted('/secrets', { content: 'sésame', ttl: '7d' })
  clock.setBy(400 * day)
  await runJobs(instance)
  reportClock(app)
  const health = await instance.fetch('/healthz')
  expect([health.status, await health.json()]).toEqual([200, expect.objectContaining({ clock: 'disagrees' })])
  expect(checkClock(app)).toEqual([{ key: 'verify.clockDisagrees', facts: {}, isWarning: true }])
  expect((await rowsOf(app, 'instance'))[0]?.agreed_at).toBe(clock.now - 400 * day)
  expect((await rowsOf(app, 'secret')).length).toBe(1)
  clock.advance(7 * day)
  await purge(app, app.now())
  expect(await rowsOf(app, 'secret')).toEqual([])
  clock.setBy(-400 * day)
  reportClock(app)
  expect(clockLines(lines)).toEqual(['disagrees', 'agreed'])
})

/** An instance that was started with a wall clock that is so many milliseconds off. */
async function startFrozen(
  by: number,
): Promise<AsyncDisposable & { instance: Instance; lastRun: number; clock: Clock }> {
  const folder = temporaryFolder()
  const first = await startRun(folder.path)
  const lastRun = first.clock.now
  await stopRun(first)
  first.clock.setBy(by)
  const instance = await startRun(folder.path, {}, first.clock)
  return {
    instance,
    lastRun,
    clock: first.clock,
    [Symbol.asyncDispose]: async () => {
      await instance[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

// Every job runs once.
async function runJobs({ app }: Instance): Promise<void> {
  await startJobs(app).finish()
}

function statusesOf({ fetch }: Instance, ...keys: string[]): Promise<number[]> {
  return Promise.all(keys.map(async (key) => (await fetch(`/api/v3/secrets/${key}`)).status))
}

function clockLines(lines: readonly string[]): string[] {
  return lines.map((line) => JSON.parse(line)).flatMap(({ event, code }) => (event === 'clock' ? [code] : []))
}

function logFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('requests.log'))
    .sort()
}
