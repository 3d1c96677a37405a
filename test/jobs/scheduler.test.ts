import { describe, expect, spyOn, test } from 'bun:test'
import { isPurgeOnTime } from '../../src/jobs/purge-health.ts'
import { startJobs } from '../../src/jobs/scheduler.ts'
import { flushCounters } from '../../src/privacy/statistics/store-counters.ts'
import { day, hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { rowsOf } from '../fixtures/stored.ts'

describe('the scheduler', () => {
  test('runs at the start what fell due while the program was stopped', async () => {
    await using sotto = await startInstance()
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(hour)
    using _jobs = startJobs(sotto.app)
    await waitUntil(async () => (await purgeRuns(sotto)) === 1)
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('continues after a failed run and logs its name, but not the cause', async () => {
    await using sotto = await startInstance({ 'purge-interval': '1s' })
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(hour)
    // Only the purge has anything to write then, so the commit that fails is its own.
    await flushCounters(sotto.app)
    const commit = spyOn(sotto.app.db, 'commit').mockRejectedValueOnce(new Error('disk I/O error at /data/sotto.db'))
    using _jobs = startJobs(sotto.app)
    await waitUntil(() => commit.mock.calls.length > 0)
    await Bun.sleep(10)
    expect([await purgeRuns(sotto), (await rowsOf(sotto.app, 'secret')).length]).toEqual([0, 1])
    expect(await isPurgeOnTime(sotto.app)).toBe(false)
    await waitUntil(async () => (await purgeRuns(sotto)) === 1)
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
    expect(await isPurgeOnTime(sotto.app)).toBe(true)
    const failures = sotto.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'job_failed')
    expect(failures).toEqual([{ time: expect.any(String), event: 'job_failed', code: 'purge' }])
  })

  test('stops when it is disposed', async () => {
    await using sotto = await startInstance({ 'purge-interval': '1s' })
    const jobs = startJobs(sotto.app)
    await waitUntil(async () => (await purgeRuns(sotto)) === 1)
    jobs[Symbol.dispose]()
    await Bun.sleep(1200)
    expect(await purgeRuns(sotto)).toBe(1)
  })
})

test('the purge is late if its last run is older than two intervals, or if it has never run', async () => {
  await using sotto = await startInstance({ 'purge-interval': '1h' })
  expect(await isPurgeOnTime(sotto.app)).toBe(false)
  const jobs = startJobs(sotto.app)
  await waitUntil(async () => (await purgeRuns(sotto)) === 1)
  await jobs.finish()
  sotto.clock.advance(2 * hour)
  expect(await isPurgeOnTime(sotto.app)).toBe(true)
  sotto.clock.advance(day)
  expect(await isPurgeOnTime(sotto.app)).toBe(false)
})

async function purgeRuns({ app }: Instance): Promise<number> {
  return (await rowsOf(app, 'purge')).filter(({ rule }) => rule === 'run').length
}

async function waitUntil(isMet: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempts = 0; attempts < 500 && !(await isMet()); attempts += 1) await Bun.sleep(10)
  expect(await isMet()).toBe(true)
}
