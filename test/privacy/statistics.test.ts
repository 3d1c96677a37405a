import { describe, expect, test } from 'bun:test'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { minCellSize } from '../../src/privacy/inventory/limits.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { readStatistics } from '../../src/privacy/statistics/statistics.ts'
import { flushCounters } from '../../src/privacy/statistics/store-counters.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

const everybody = { role: null }
const operator = { role: 'operator' } as const
const midnight = Date.UTC(2026, 10, 21)
const word = { 'idempotency-key': 'my-own-random-word' }

describe('of each day the instance counts (P11)', () => {
  test('what was created, opened, destroyed and expired, once each', async () => {
    await using sotto = await startInstance()
    const [first, second, third] = [
      await share(sotto),
      await share(sotto),
      await share(sotto, '1h'),
      await share(sotto),
    ]
    await sotto.posted(`/secrets/${first?.key}/reveal`)
    await sotto.post(`/secrets/${first?.key}/reveal`)
    await sotto.posted(`/receipts/${second?.receipt.key}/burn`)
    await sotto.posted(`/receipts/${second?.receipt.key}/burn`)
    sotto.clock.advance(hour)
    expect(third).toBeDefined()
    await purge(sotto.app, sotto.clock.now)
    await flushCounters(sotto.app)
    const counts = { created: 4, revealed: 1, burned: 1, expired: 1 }
    expect(rowsOf(sotto.app, 'statistic')).toEqual([{ day: midnight, region: 'local', ...counts }])
  })

  test('a create or a reveal that is repeated, as one', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' }, word)
    await sotto.posted('/secrets', { content: 'sésame' }, word)
    await sotto.posted(`/secrets/${key}/reveal`, {}, word)
    await sotto.posted(`/secrets/${key}/reveal`, {}, word)
    await flushCounters(sotto.app)
    expect(rowsOf(sotto.app, 'statistic')).toMatchObject([{ created: 1, revealed: 1 }])
  })

  test('nothing that was taken back, though its neighbours in the commit are counted', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    tamper(sotto.app, 'UPDATE secret SET commitment = zeroblob(32)')
    const [damaged] = await Promise.all([sotto.post(`/secrets/${key}/reveal`), share(sotto), share(sotto)])
    expect(damaged.status).toBe(500)
    await flushCounters(sotto.app)
    expect(rowsOf(sotto.app, 'statistic')).toMatchObject([{ created: 3, revealed: 0 }])
  })

  test('each on its own, adding to what is there', async () => {
    await using sotto = await startInstance()
    await share(sotto)
    await flushCounters(sotto.app)
    await share(sotto)
    sotto.clock.advance(12 * hour)
    await share(sotto)
    await flushCounters(sotto.app)
    await flushCounters(sotto.app)
    expect(rowsOf(sotto.app, 'statistic').map((row) => [row.day, row.created])).toEqual([
      [midnight, 2],
      [midnight + day, 1],
    ])
  })

  test('and stores what is left when the program ends', async () => {
    using folder = temporaryFolder()
    for (let time = 1; time <= 2; time += 1) {
      await using sotto = await startInstance({ 'data-dir': folder.path })
      expect(rowsOf(sotto.app, 'statistic').map(({ created }) => created)).toEqual(time === 1 ? [] : [1])
      await share(sotto)
    }
  })

  test('and keeps it for two years', async () => {
    await using sotto = await startInstance()
    await share(sotto)
    await flushCounters(sotto.app)
    sotto.clock.advance(700 * day)
    await purge(sotto.app, sotto.clock.now)
    expect(rowsOf(sotto.app, 'statistic')).toHaveLength(1)
    sotto.clock.advance(32 * day)
    await purge(sotto.app, sotto.clock.now)
    expect(rowsOf(sotto.app, 'statistic')).toEqual([])
  })

  test('or nothing at all, if the operator says so', async () => {
    await using sotto = await startInstance({ statistics: 'off' })
    await share(sotto)
    await flushCounters(sotto.app)
    expect(rowsOf(sotto.app, 'statistic')).toEqual([])
    expect(() => readStatistics(sotto.app, operator)).toThrow('not_found')
  })
})

describe('what is shown of it says nothing of anybody (P11):', () => {
  test('the table has no key to a person, and no moment but a day', () => {
    expect(Object.keys(inventory.statistic.columns)).toEqual([
      'day',
      'region',
      'created',
      'revealed',
      'burned',
      'expired',
    ])
  })

  test('a number under five is left out', async () => {
    await using sotto = await startInstance({ statistics: 'public' })
    for (let time = 0; time < minCellSize; time += 1) {
      const { key } = await share(sotto)
      if (time > 0) await sotto.posted(`/secrets/${key}/reveal`)
    }
    await flushCounters(sotto.app)
    sotto.clock.advance(day)
    expect(readStatistics(sotto.app, everybody)[0]).toEqual({
      day: midnight,
      created: 5,
      revealed: null,
      burned: null,
      expired: null,
    })
    const page = await (await sotto.fetch('/statistics')).text()
    expect(page).toContain('<td>under 5</td>')
    expect(page).not.toContain('<td>4</td>')
  })

  test('a day is shown when it is over, so that nobody can watch it count', async () => {
    await using sotto = await startInstance({ statistics: 'public' })
    for (let time = 0; time < 9; time += 1) await share(sotto)
    await flushCounters(sotto.app)
    expect(readStatistics(sotto.app, everybody).filter(({ created }) => created !== null)).toEqual([])
    sotto.clock.advance(12 * hour)
    expect(readStatistics(sotto.app, everybody)[0]).toMatchObject({ day: midnight, created: 9 })
  })

  test('to everybody, to operators or to nobody, as the operator chose', async () => {
    for (const [statistics, status] of [
      ['public', 200],
      ['operator', 404],
      ['off', 404],
    ] as const) {
      await using sotto = await startInstance({ statistics })
      for (const path of ['/statistics', '/statistics.json']) expect((await sotto.fetch(path)).status).toBe(status)
      if (statistics === 'operator') expect(readStatistics(sotto.app, operator)).toHaveLength(30)
    }
  })

  test('as charts that are markup, with the same numbers in a table', async () => {
    await using sotto = await startInstance({ statistics: 'public' })
    for (let time = 0; time < 7; time += 1) await share(sotto)
    await flushCounters(sotto.app)
    sotto.clock.advance(day + minute)
    const page = await (await sotto.fetch('/statistics')).text()
    expect(page.match(/<svg [^>]*role="img"/g)).toHaveLength(4)
    expect(page.match(/<rect class="bar"/g)).toHaveLength(1)
    expect(page).toContain('<td>7</td>')
    expect(page).not.toMatch(/ style=|<script(?! type="module" src)/)
  })
})

function share(sotto: Instance, ttl = '7d') {
  return sotto.posted('/secrets', { content: 'sésame', ttl })
}
