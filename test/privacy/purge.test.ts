import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, spyOn, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { anonymousActor } from '../../src/actor.ts'
import type { App } from '../../src/app.ts'
import { idempotencyWindow, maxPurgeInterval, replayWindow } from '../../src/privacy/inventory/periods.ts'
import { retentionRules } from '../../src/privacy/inventory/retention-rules.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { revealSecret } from '../../src/secrets/reveal.ts'
import { day, hour, minute, second } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { everyRow, filesOf, filesWith, rowsOf } from '../fixtures/stored.ts'

const stranger = anonymousActor('192.0.2.1')
const idempotencyKey = { 'idempotency-key': 'a-random-idempotency-key' }

describe('the purge deletes what is due, and nothing else (P24):', () => {
  test('expired secrets, at the time they expire', async () => {
    await using sotto = await startInstance()
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    await sotto.posted('/secrets', { content: 'sésame', ttl: '2h' })
    sotto.clock.advance(hour - 1)
    expect(await run(sotto)).toEqual({ removed: 0, byRule: {} })
    sotto.clock.advance(1)
    expect(await run(sotto)).toEqual({ removed: 1, byRule: { 'expired secrets': 1 } })
    expect(await counts(sotto.app)).toMatchObject({ secret: 1, receipt: 2 })
  })

  test('secrets whose replay window has ended', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    await sotto.posted(`/secrets/${key}/reveal`, {}, idempotencyKey)
    sotto.clock.advance(replayWindow - 1)
    await run(sotto)
    expect(await counts(sotto.app)).toMatchObject({ secret: 1 })
    sotto.clock.advance(1)
    expect(await run(sotto)).toEqual({ removed: 1, byRule: { 'repeatable reveals': 1 } })
    expect(await counts(sotto.app)).toMatchObject({ secret: 0, receipt: 1 })
  })

  test('receipts after twice the lifetime of their secrets, and the secrets before them', async () => {
    await using sotto = await startInstance()
    const { receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(2 * hour - 1)
    await run(sotto)
    expect(await counts(sotto.app)).toMatchObject({ secret: 0, receipt: 1 })
    sotto.clock.advance(1)
    expect(await run(sotto)).toEqual({ removed: 1, byRule: { 'old receipts': 1 } })
    expect((await sotto.fetch(`/api/v3/receipts/${receipt.key}`)).status).toBe(404)
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(2 * hour)
    expect((await run(sotto)).byRule).toEqual({ 'expired secrets': 1, 'old receipts': 1 })
  })

  test('stored responses to create requests after an hour', async () => {
    await using sotto = await startInstance()
    await sotto.posted('/secrets', { content: 'sésame' }, idempotencyKey)
    sotto.clock.advance(idempotencyWindow - 1)
    await run(sotto)
    expect(await counts(sotto.app)).toMatchObject({ idempotent_response: 1 })
    sotto.clock.advance(1)
    expect(await run(sotto)).toEqual({ removed: 1, byRule: { 'repeatable creates': 1 } })
    expect(await counts(sotto.app)).toMatchObject({ secret: 1, idempotent_response: 0 })
  })

  test('entries of its own ledger after thirty days', async () => {
    await using sotto = await startInstance()
    await run(sotto)
    sotto.clock.advance(30 * day - 1)
    expect(await run(sotto)).toEqual({ removed: 0, byRule: {} })
    sotto.clock.advance(1)
    expect(await run(sotto)).toEqual({ removed: 1, byRule: { 'purge ledger': 1 } })
    expect((await rowsOf(sotto.app, 'purge')).at(-1)).toMatchObject({ rule: 'run', oldest_due_at: sotto.clock.now })
  })

  test('five hundred rows at a time, so that requests are served in between', async () => {
    await using sotto = await startInstance()
    await share(sotto.app, 1201)
    sotto.clock.advance(hour)
    const commit = spyOn(sotto.app.db, 'commit')
    const before = await counts(sotto.app)
    const purging = run(sotto)
    const between = sotto.posted('/secrets', { content: 'between' })
    expect((await purging).byRule).toEqual({ 'expired secrets': 1201 })
    const results: unknown[] = await Promise.all(commit.mock.results.map(({ value }) => value))
    expect(results.filter((rows) => Number(rows) > 100)).toEqual([500, 500, 201])
    await between
    expect([before, await counts(sotto.app)]).toMatchObject([{ secret: 1201 }, { secret: 1, receipt: 1202 }])
  })
})

describe('the ledger (P25)', () => {
  test('records the rule, the scheduled and actual time, the number of rows, and when the oldest was due', async () => {
    await using sotto = await startInstance()
    const { clock, app } = sotto
    const start = clock.now
    await sotto.posted('/secrets', { content: 'sésame', ttl: '2h' })
    clock.advance(hour / 2)
    await sotto.posted('/secrets', { content: 'sésame', ttl: '30m' }, idempotencyKey)
    clock.advance(2.5 * hour)
    await purge(app, clock.now - minute)
    const row = { due_at: clock.now - minute, ran_at: clock.now }
    expect(await entriesOf(app)).toEqual([
      { rule: 'expired secrets', ...row, removed: 2, oldest_due_at: start + hour },
      { rule: 'old receipts', ...row, removed: 1, oldest_due_at: start + 1.5 * hour },
      { rule: 'repeatable creates', ...row, removed: 1, oldest_due_at: start + 1.5 * hour },
      { rule: 'run', ...row, removed: 4, oldest_due_at: start + hour },
    ])
  })

  test('records a run that deleted nothing', async () => {
    await using sotto = await startInstance()
    await run(sotto)
    expect(await entriesOf(sotto.app)).toEqual([
      { rule: 'run', due_at: sotto.clock.now, ran_at: sotto.clock.now, removed: 0, oldest_due_at: null },
    ])
  })

  test('contains nothing about the deleted data or the people concerned', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(2 * hour)
    const [secret] = await rowsOf(sotto.app, 'secret')
    await run(sotto)
    const ledger = JSON.stringify(await rowsOf(sotto.app, 'purge'))
    for (const text of [key, receipt.key, 'sésame', secret?.lookup.toHex() ?? '']) expect(ledger).not.toContain(text)
  })
})

describe('the health check (P25)', () => {
  test('fails before the first purge, and when the last one is more than two intervals ago', async () => {
    await using sotto = await startInstance({ 'purge-interval': '1m' })
    const health = async () => {
      const answer = await sotto.fetch('/healthz')
      return [answer.status, ((await answer.json()) as { purge: string }).purge]
    }
    expect(await health()).toEqual([503, 'late'])
    await run(sotto)
    expect(await health()).toEqual([200, 'on time'])
    sotto.clock.advance(2 * minute)
    expect(await health()).toEqual([200, 'on time'])
    sotto.clock.advance(10 * second + 1)
    expect(await health()).toEqual([503, 'late'])
    await run(sotto)
    expect(await health()).toEqual([200, 'on time'])
  })
})

describe('no byte of a deleted secret stays in any file', () => {
  test('after a reveal and a purge: neither ciphertext, nor salt, nor lookup, nor link', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame'.repeat(2000) })
    const canaries = await piecesOf(sotto.app)
    expect(canaries.length).toBeGreaterThan(20)
    expect(filesWith(sotto.dataDir, Buffer.from('sésame'))).toEqual([])
    for (const bytes of canaries) expect(filesWith(sotto.dataDir, bytes).length).toBeGreaterThan(0)
    await sotto.posted(`/secrets/${key}/reveal`)
    await run(sotto)
    for (const bytes of canaries) expect(filesWith(sotto.dataDir, bytes)).toEqual([])
    expect(statSync(join(sotto.dataDir, 'sotto.db-wal')).size).toBe(0)
  })

  test('and the ballast file is not changed', async () => {
    await using sotto = await startInstance()
    const ballast = () => readFileSync(join(sotto.dataDir, 'ballast'))
    const before = ballast()
    const { key } = await sotto.posted('/secrets', { content: 'sésame'.repeat(2000) })
    await sotto.posted(`/secrets/${key}/reveal`)
    await run(sotto)
    expect(ballast().equals(before)).toBe(true)
  })

  test.each(['burned', 'expired', 'acknowledged', 'never acknowledged'] as const)('after it was %s', async (ending) => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h', passphrase: '' })
    await run(sotto)
    const [secret] = await rowsOf(sotto.app, 'secret')
    const canaries = await piecesOf(sotto.app)
    for (const bytes of canaries) expect(filesWith(sotto.dataDir, bytes)).toEqual(['sotto.db'])
    if (ending === 'burned') await sotto.posted(`/receipts/${receipt.key}/burn`)
    if (ending === 'expired') sotto.clock.advance(hour)
    if (ending.endsWith('acknowledged')) await sotto.posted(`/secrets/${key}/reveal`, {}, idempotencyKey)
    if (ending === 'acknowledged') await sotto.post(`/secrets/${key}/acknowledge`, {}, idempotencyKey)
    if (ending === 'never acknowledged') sotto.clock.advance(replayWindow)
    await run(sotto)
    expect(secret).toBeDefined()
    for (const bytes of canaries) expect(filesWith(sotto.dataDir, bytes)).toEqual([])
  })

  test('although SQLite moves rows and leaves copies behind', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const keys = await share(app, 1600)
    const before = new Map((await rowsOf(app, 'secret')).map((row) => [row.id, row]))
    const opened = shuffled(keys).slice(0, 1120)
    await Promise.all(opened.map((key) => revealSecret(app, stranger, key, {})))
    await run(sotto)
    for (const { id } of await rowsOf(app, 'secret')) before.delete(id)
    expect(before.size).toBe(1120)
    const files = [...filesOf(sotto.dataDir).values()]
    const remaining = [...before.values()].filter(({ salt, lookup, commitment, link, sealed }) =>
      [salt, lookup, commitment, link, sealed.subarray(0, 40)].some((part) =>
        files.some((file) => file.includes(part)),
      ),
    )
    expect(remaining).toEqual([])
  })

  test('after the next run, if another process was reading the database', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    const canaries = await piecesOf(sotto.app)
    using other = new Sqlite(join(sotto.dataDir, 'sotto.db'), { readonly: true })
    other.run('BEGIN')
    other.query('SELECT * FROM secret').all()
    await sotto.posted(`/secrets/${key}/reveal`)
    await run(sotto)
    expect(filesWith(sotto.dataDir, canaries[0] ?? new Uint8Array(1)).length).toBeGreaterThan(0)
    other.run('ROLLBACK')
    await run(sotto)
    for (const bytes of canaries) expect(filesWith(sotto.dataDir, bytes)).toEqual([])
  })
})

test('an idle instance does not rewrite its file repeatedly', async () => {
  await using sotto = await startInstance()
  const vacuum = spyOn(sotto.app.db, 'vacuum')
  await sotto.posted('/secrets', { content: 'sésame' })
  for (let index = 0; index < 3; index += 1) await run(sotto)
  expect(vacuum).toHaveBeenCalledTimes(1)
  await sotto.posted('/secrets', { content: 'sésame' })
  await run(sotto)
  expect(vacuum).toHaveBeenCalledTimes(2)
})

test('the purge interval can be shorter than an hour, but not longer', async () => {
  expect(maxPurgeInterval).toBe(hour)
  expect(await failureOf(startInstance({ 'purge-interval': '61m' }))).toBeString()
  expect(retentionRules.map(({ promise }) => promise)).toEqual([
    'P24',
    'P24',
    'P24',
    'P24',
    'P22',
    'P04',
    'P04',
    'P04',
    'P04',
    'P11',
    'P27',
    'P28',
    'P23',
    'P03',
    'P03',
    'P01',
    'P25',
  ])
})

function run({ app, clock }: Instance) {
  return purge(app, clock.now)
}

async function entriesOf(app: App) {
  return (await rowsOf(app, 'purge')).map(({ id, erased_at, anchor, previous, hash, ...entry }) => entry)
}

async function counts(app: App): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await everyRow(app)).map(([table, rows]) => [table, rows.length]))
}

async function share(app: App, count: number): Promise<string[]> {
  const input = (index: number) => ({
    content: { text: 'x'.repeat(1 + ((index * 37) % 700)) },
    passphrase: undefined,
    ttl: hour,
  })
  const created = await Promise.all(
    Array.from({ length: count }, (_, index) => createSecret(app, stranger, input(index))),
  )
  return created.map(({ key }) => key)
}

// The stored values of every secret, and pieces of long contents, which are on several pages of the file.
async function piecesOf(app: App): Promise<Uint8Array[]> {
  return (await rowsOf(app, 'secret')).flatMap(({ lookup, salt, commitment, link, sealed }) => {
    const pieces = Array.from({ length: Math.floor(sealed.length / 256) }, (_, index) =>
      sealed.subarray(index * 256, index * 256 + 24),
    )
    return [lookup, salt, commitment, link, ...pieces]
  })
}

// Always the same order, one that makes SQLite merge pages.
function shuffled<Item>(items: readonly Item[]): Item[] {
  let state = 4
  const ranked = items.map((item) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return [state, item] as const
  })
  return ranked.sort(([one], [other]) => one - other).map(([, item]) => item)
}
