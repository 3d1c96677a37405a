import { describe, expect, spyOn, test } from 'bun:test'
import { isPurgeOnTime } from '../../src/jobs/purge-health.ts'
import { startJobs } from '../../src/jobs/scheduler.ts'
import { day, hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { rowsOf } from '../fixtures/stored.ts'

describe('the timetable', () => {
  test('does at once what fell due while the program was off', async () => {
    await using sotto = await startInstance()
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(hour)
    using _jobs = startJobs(sotto.app)
    await until(() => runs(sotto) === 1)
    expect(rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('goes on after a run that failed, says which one it was, and nothing of why', async () => {
    await using sotto = await startInstance({ 'purge-interval': '1s' })
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(hour)
    const commit = spyOn(sotto.app.db, 'commit').mockRejectedValueOnce(new Error('disk I/O error at /data/sotto.db'))
    using _jobs = startJobs(sotto.app)
    await until(() => commit.mock.calls.length > 0)
    await Bun.sleep(10)
    expect([runs(sotto), rowsOf(sotto.app, 'secret').length]).toEqual([0, 1])
    expect(isPurgeOnTime(sotto.app)).toBe(false)
    await until(() => runs(sotto) === 1)
    expect(rowsOf(sotto.app, 'secret')).toEqual([])
    expect(isPurgeOnTime(sotto.app)).toBe(true)
    const failures = sotto.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'job_failed')
    expect(failures).toEqual([{ time: expect.any(String), event: 'job_failed', code: 'purge' }])
  })

  test('ends with the program', async () => {
    await using sotto = await startInstance({ 'purge-interval': '1s' })
    const jobs = startJobs(sotto.app)
    await until(() => runs(sotto) === 1)
    jobs[Symbol.dispose]()
    await Bun.sleep(1200)
    expect(runs(sotto)).toBe(1)
  })
})

test('a purge is late when its last run is older than two intervals, and never before it has run', async () => {
  await using sotto = await startInstance({ 'purge-interval': '1h' })
  expect(isPurgeOnTime(sotto.app)).toBe(false)
  const jobs = startJobs(sotto.app)
  await until(() => runs(sotto) === 1)
  jobs[Symbol.dispose]()
  sotto.clock.advance(2 * hour)
  expect(isPurgeOnTime(sotto.app)).toBe(true)
  sotto.clock.advance(day)
  expect(isPurgeOnTime(sotto.app)).toBe(false)
})

function runs({ app }: Instance): number {
  return rowsOf(app, 'purge').filter(({ rule }) => rule === 'run').length
}

async function until(isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isDone(); tries += 1) await Bun.sleep(10)
  expect(isDone()).toBe(true)
}
