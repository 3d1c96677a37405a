import { describe, expect, spyOn, test } from 'bun:test'
import { appendEntry } from '../../src/privacy/purge/ledger.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { verifyChain } from '../../src/privacy/purge/verify-chain.ts'
import type { ChainReport } from '../../src/privacy/verify/verification.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

describe('the ledger (P25)', () => {
  test('contains in each entry the hash of the previous one and its own, computed from its columns', async () => {
    await using sotto = await withEntries(4)
    const rows = await rowsOf(sotto.app, 'purge')
    expect(rows.map(({ rule }) => rule)).toContain('expired secrets')
    for (const [index, row] of rows.entries()) {
      expect(hex(row.previous)).toBe(index === 0 ? '0'.repeat(64) : hex(rows[index - 1]?.hash))
      const { id, rule, due_at, ran_at, removed, oldest_due_at, erased_at } = row
      const fields = [id, rule, due_at, ran_at, removed, oldest_due_at, erased_at, null, hex(row.previous)]
      const hash = new Bun.CryptoHasher('sha256').update(JSON.stringify(['sotto-ledger-1', ...fields])).digest('hex')
      expect(hex(row.hash)).toBe(hash)
    }
    expect(await verifyChain(sotto.app)).toEqual({
      entries: rows.length,
      since: rows[0]?.ran_at ?? 0,
      head: hex(rows.at(-1)?.hash),
      fault: undefined,
      containsHead: undefined,
    })
  })

  test('is intact when empty', async () => {
    await using sotto = await startInstance()
    expect(await verifyChain(sotto.app)).toMatchObject({ entries: 0, head: null, fault: undefined })
  })

  test('deletes old entries and keeps an anchor for the rest of the chain', async () => {
    await using sotto = await withEntries(4)
    const notedHead = (await verifyChain(sotto.app)).head ?? ''
    sotto.clock.advance(30 * day)
    await run(sotto)
    const rows = await rowsOf(sotto.app, 'purge')
    expect(rows.map(({ rule, removed }) => [rule, removed])).toContainEqual(['purge ledger', 5])
    expect(rows[0]?.id).toBeGreaterThan(5)
    expect(await verifyChain(sotto.app, notedHead)).toMatchObject({ fault: undefined, containsHead: true })
    for (let index = 0; index < 3; index += 1) {
      sotto.clock.advance(31 * day)
      await run(sotto)
      expect(await verifyChain(sotto.app)).toMatchObject({ fault: undefined })
    }
    expect(await verifyChain(sotto.app, notedHead)).toMatchObject({ fault: undefined, containsHead: false })
  })

  test('stays intact over more entries than one batch', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const entry = { rule: 'run', due_at: clock.now, ran_at: clock.now, removed: 0, oldest_due_at: null }
    await app.db.commit(function* () {
      for (let index = 0; index < 1100; index += 1) yield* appendEntry(entry)
    })
    expect(await verifyChain(sotto.app)).toMatchObject({ entries: 1100, fault: undefined })
    sotto.clock.advance(30 * day)
    expect((await run(sotto)).byRule).toMatchObject({ 'purge ledger': 1100 })
    expect(await verifyChain(sotto.app)).toMatchObject({ fault: undefined })
  })

  test('keeps younger entries when the clock was set back in between', async () => {
    await using sotto = await withEntries(2)
    sotto.clock.advance(-40 * day)
    await run(sotto)
    sotto.clock.advance(40 * day)
    await run(sotto)
    expect(await verifyChain(sotto.app)).toMatchObject({ fault: undefined })
  })
})

describe('the verification of the ledger detects tampering (P25):', () => {
  const broken: readonly [string, string, NonNullable<ChainReport['fault']>][] = [
    ['a changed count', 'UPDATE purge SET removed = 7 WHERE id = 3', { kind: 'altered', entry: 3 }],
    ['a changed index', 'UPDATE purge SET ran_at = ran_at - 1 WHERE id = 2', { kind: 'altered', entry: 2 }],
    ['a deleted entry', 'DELETE FROM purge WHERE id = 3', { kind: 'cut', entry: 4 }],
    ['a deleted beginning', 'DELETE FROM purge WHERE id < 3', { kind: 'cut', entry: 3 }],
    ['a deleted end', 'DELETE FROM purge WHERE id > 3', { kind: 'cut', entry: 4 }],
    ['a deleted ledger', 'DELETE FROM purge', { kind: 'cut', entry: 1 }],
    ['a moved entry', 'UPDATE purge SET id = 99 WHERE id = 5', { kind: 'altered', entry: 99 }],
  ]
  test.each([...broken])('%s', async (_, sql, fault) => {
    await using sotto = await withEntries(4)
    expect((await verifyChain(sotto.app)).fault).toBeUndefined()
    await tamper(sotto.app, sql)
    expect((await verifyChain(sotto.app)).fault).toEqual(fault)
  })

  test('a recomputed ledger, by a head that was noted before', async () => {
    await using sotto = await withEntries(2)
    const { head } = await verifyChain(sotto.app)
    await tamper(sotto.app, 'DELETE FROM purge')
    await tamper(sotto.app, 'UPDATE instance SET last_entry_id = 0')
    await run(sotto)
    expect(await verifyChain(sotto.app, head ?? '')).toMatchObject({ fault: undefined, containsHead: false })
  })
})

test('each run records when the traces of deleted rows were last erased from the file (P25)', async () => {
  await using sotto = await startInstance()
  const { app, clock } = sotto
  await run(sotto)
  const erasedAt = clock.now
  await sotto.posted('/secrets', { content: 'sésame' })
  const vacuum = spyOn(app.db, 'vacuum').mockResolvedValue(false)
  clock.advance(hour)
  await run(sotto)
  expect((await rowsOf(app, 'purge')).at(-1)).toMatchObject({ ran_at: clock.now, erased_at: erasedAt })
  vacuum.mockResolvedValue(true)
  await run(sotto)
  expect((await rowsOf(app, 'purge')).at(-1)).toMatchObject({ erased_at: clock.now })
})

/** Starts an instance whose ledger has one entry more than `runs`. */
async function withEntries(runs: number): Promise<Instance> {
  const sotto = await startInstance()
  await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
  for (let index = 0; index < runs; index += 1) {
    sotto.clock.advance(index === 1 ? hour : minute)
    await run(sotto)
  }
  return sotto
}

function run({ app, clock }: Instance) {
  return purge(app, clock.now)
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}
