import { describe, expect, test } from 'bun:test'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { minCellSize } from '../../src/privacy/inventory/limits.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { readStatistics } from '../../src/privacy/statistics/statistics.ts'
import { flushCounters } from '../../src/privacy/statistics/store-counters.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

const visitor = { role: null }
const operator = { role: 'operator' } as const
const midnight = Date.UTC(2026, 10, 21)
const idempotencyKey = { 'idempotency-key': 'a-random-idempotency-key' }

describe('the daily counters (P11)', () => {
  test('count each created, opened, destroyed and expired secret once', async () => {
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
    expect(await rowsOf(sotto.app, 'statistic')).toEqual([{ day: midnight, region: 'local', ...counts }])
  })

  test('count a repeated create or reveal request once', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' }, idempotencyKey)
    await sotto.posted('/secrets', { content: 'sésame' }, idempotencyKey)
    await sotto.posted(`/secrets/${key}/reveal`, {}, idempotencyKey)
    await sotto.posted(`/secrets/${key}/reveal`, {}, idempotencyKey)
    await flushCounters(sotto.app)
    expect(await rowsOf(sotto.app, 'statistic')).toMatchObject([{ created: 1, revealed: 1 }])
  })

  test('do not count a request that was rolled back, but the others of the same commit', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    await tamper(sotto.app, 'UPDATE secret SET commitment = zeroblob(32)')
    const [damaged] = await Promise.all([sotto.post(`/secrets/${key}/reveal`), share(sotto), share(sotto)])
    expect(damaged.status).toBe(500)
    await flushCounters(sotto.app)
    expect(await rowsOf(sotto.app, 'statistic')).toMatchObject([{ created: 3, revealed: 0 }])
  })

  test('are stored by day and added to the stored counts', async () => {
    await using sotto = await startInstance()
    await share(sotto)
    await flushCounters(sotto.app)
    await share(sotto)
    sotto.clock.advance(12 * hour)
    await share(sotto)
    await flushCounters(sotto.app)
    await flushCounters(sotto.app)
    expect((await rowsOf(sotto.app, 'statistic')).map((row) => [row.day, row.created])).toEqual([
      [midnight, 2],
      [midnight + day, 1],
    ])
  })

  test('are stored at shutdown', async () => {
    using folder = temporaryFolder()
    for (let index = 1; index <= 2; index += 1) {
      await using sotto = await startInstance({ 'data-dir': folder.path })
      expect((await rowsOf(sotto.app, 'statistic')).map(({ created }) => created)).toEqual(index === 1 ? [] : [1])
      await share(sotto)
    }
  })

  test('are kept for two years', async () => {
    await using sotto = await startInstance()
    await share(sotto)
    await flushCounters(sotto.app)
    sotto.clock.advance(700 * day)
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'statistic')).toHaveLength(1)
    sotto.clock.advance(32 * day)
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'statistic')).toEqual([])
  })

  test('count nothing when statistics are off', async () => {
    await using sotto = await startInstance({ statistics: 'off' })
    await share(sotto)
    await flushCounters(sotto.app)
    expect(await rowsOf(sotto.app, 'statistic')).toEqual([])
    expect(await failureOf(readStatistics(sotto.app, operator))).toBe('not_found')
  })
})

describe('the published statistics identify no one (P11):', () => {
  test('the table has no reference to a person and no time but the day', () => {
    expect(Object.keys(inventory.statistic.columns)).toEqual([
      'day',
      'region',
      'created',
      'revealed',
      'burned',
      'expired',
    ])
  })

  test('counts under five are left out', async () => {
    await using sotto = await startInstance({ statistics: 'public' })
    for (let index = 0; index < minCellSize; index += 1) {
      const { key } = await share(sotto)
      if (index > 0) await sotto.posted(`/secrets/${key}/reveal`)
    }
    await flushCounters(sotto.app)
    sotto.clock.advance(day)
    expect((await readStatistics(sotto.app, visitor))[0]).toEqual({
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

  test('a day is published only after it has ended, so that single events cannot be observed', async () => {
    await using sotto = await startInstance({ statistics: 'public' })
    for (let index = 0; index < 9; index += 1) await share(sotto)
    await flushCounters(sotto.app)
    expect((await readStatistics(sotto.app, visitor)).filter(({ created }) => created !== null)).toEqual([])
    sotto.clock.advance(12 * hour)
    expect((await readStatistics(sotto.app, visitor))[0]).toMatchObject({ day: midnight, created: 9 })
  })

  test('they are visible to everyone, to operators or to no one, as configured', async () => {
    for (const [statistics, status] of [
      ['public', 200],
      ['operator', 404],
      ['off', 404],
    ] as const) {
      await using sotto = await startInstance({ statistics })
      for (const path of ['/statistics', '/statistics.json']) expect((await sotto.fetch(path)).status).toBe(status)
      if (statistics === 'operator') expect(await readStatistics(sotto.app, operator)).toHaveLength(30)
    }
  })

  test('they are shown as inline SVG charts, with the same numbers in a table', async () => {
    await using sotto = await startInstance({ statistics: 'public' })
    for (let index = 0; index < 7; index += 1) await share(sotto)
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
