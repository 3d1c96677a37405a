import { describe, expect, spyOn, test } from 'bun:test'
import { appendEntry } from '../../src/privacy/purge/ledger.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { verifyChain } from '../../src/privacy/purge/verify-chain.ts'
import type { ChainReport } from '../../src/privacy/verify/verification.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

describe('the ledger is a chain (P25):', () => {
  test('each entry holds the hash of the one before, and its own, which anybody can compute from its columns', async () => {
    await using sotto = await withEntries(4)
    const rows = rowsOf(sotto.app, 'purge')
    expect(rows.map(({ rule }) => rule)).toContain('expired secrets')
    for (const [index, row] of rows.entries()) {
      expect(hex(row.previous)).toBe(index === 0 ? '0'.repeat(64) : hex(rows[index - 1]?.hash))
      const { id, rule, due_at, ran_at, removed, oldest_due_at, erased_at } = row
      const fields = [id, rule, due_at, ran_at, removed, oldest_due_at, erased_at, null, hex(row.previous)]
      const own = new Bun.CryptoHasher('sha256').update(JSON.stringify(['sotto-ledger-1', ...fields])).digest('hex')
      expect(hex(row.hash)).toBe(own)
    }
    expect(await verifyChain(sotto.app)).toEqual({
      entries: rows.length,
      since: rows[0]?.ran_at ?? 0,
      head: hex(rows.at(-1)?.hash),
      fault: undefined,
      containsHead: undefined,
    })
  })

  test('an empty one is whole', async () => {
    await using sotto = await startInstance()
    expect(await verifyChain(sotto.app)).toMatchObject({ entries: 0, head: null, fault: undefined })
  })

  test('entries that are old enough go, and leave an anchor that what stays hangs on', async () => {
    await using sotto = await withEntries(4)
    const noted = (await verifyChain(sotto.app)).head ?? ''
    sotto.clock.advance(30 * day)
    await run(sotto)
    const rows = rowsOf(sotto.app, 'purge')
    expect(rows.map(({ rule, removed }) => [rule, removed])).toContainEqual(['purge ledger', 5])
    expect(rows[0]?.id).toBeGreaterThan(5)
    expect(await verifyChain(sotto.app, noted)).toMatchObject({ fault: undefined, knowsHead: true })
    for (let time = 0; time < 3; time += 1) {
      sotto.clock.advance(31 * day)
      await run(sotto)
      expect(await verifyChain(sotto.app)).toMatchObject({ fault: undefined })
    }
    expect(await verifyChain(sotto.app, noted)).toMatchObject({ fault: undefined, knowsHead: false })
  })

  test('stays whole over more entries than are looked at in one go', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const entry = { rule: 'run', due_at: clock.now, ran_at: clock.now, removed: 0, oldest_due_at: null }
    await app.db.commit(() => {
      for (let time = 0; time < 1100; time += 1) appendEntry(app, entry)
    })
    expect(await verifyChain(sotto.app)).toMatchObject({ entries: 1100, fault: undefined })
    sotto.clock.advance(30 * day)
    expect((await run(sotto)).byRule).toMatchObject({ 'purge ledger': 1100 })
    expect(await verifyChain(sotto.app)).toMatchObject({ fault: undefined })
  })

  test('keeps what is younger, though the clock was put back in between', async () => {
    await using sotto = await withEntries(2)
    sotto.clock.advance(-40 * day)
    await run(sotto)
    sotto.clock.advance(40 * day)
    await run(sotto)
    expect(await verifyChain(sotto.app)).toMatchObject({ fault: undefined })
  })
})

describe('whoever touches the ledger is found out (P25):', () => {
  const broken: readonly [string, string, NonNullable<ChainReport['fault']>][] = [
    ['a number was changed', 'UPDATE purge SET removed = 7 WHERE id = 3', { kind: 'altered', entry: 3 }],
    ['a moment was changed', 'UPDATE purge SET ran_at = ran_at - 1 WHERE id = 2', { kind: 'altered', entry: 2 }],
    ['an entry was taken out', 'DELETE FROM purge WHERE id = 3', { kind: 'cut', entry: 4 }],
    ['its beginning was cut off', 'DELETE FROM purge WHERE id < 3', { kind: 'cut', entry: 3 }],
    ['its end was cut off', 'DELETE FROM purge WHERE id > 3', { kind: 'cut', entry: 4 }],
    ['all of it was taken away', 'DELETE FROM purge', { kind: 'cut', entry: 1 }],
    ['an entry was moved', 'UPDATE purge SET id = 99 WHERE id = 5', { kind: 'altered', entry: 99 }],
  ]
  test.each([...broken])('%s', async (_, sql, fault) => {
    await using sotto = await withEntries(4)
    expect((await verifyChain(sotto.app)).fault).toBeUndefined()
    tamper(sotto.app, sql)
    expect((await verifyChain(sotto.app)).fault).toEqual(fault)
  })

  test('even if the rest was computed anew, by who noted its head before', async () => {
    await using sotto = await withEntries(2)
    const { head } = await verifyChain(sotto.app)
    tamper(sotto.app, 'DELETE FROM purge')
    tamper(sotto.app, "DELETE FROM sqlite_sequence WHERE name = 'purge'")
    await run(sotto)
    expect(await verifyChain(sotto.app, head ?? '')).toMatchObject({ fault: undefined, knowsHead: false })
  })
})

test('a run says when the traces of what was destroyed were last erased from the file (P25)', async () => {
  await using sotto = await startInstance()
  const { app, clock } = sotto
  await run(sotto)
  const erasedAt = clock.now
  await sotto.posted('/secrets', { content: 'sésame' })
  const rewrite = spyOn(app.db, 'vacuum').mockReturnValue(false)
  clock.advance(hour)
  await run(sotto)
  expect(rowsOf(app, 'purge').at(-1)).toMatchObject({ ran_at: clock.now, erased_at: erasedAt })
  rewrite.mockReturnValue(true)
  await run(sotto)
  expect(rowsOf(app, 'purge').at(-1)).toMatchObject({ erased_at: clock.now })
})

/** An instance whose ledger has one entry more than `runs`. */
async function withEntries(runs: number): Promise<Instance> {
  const sotto = await startInstance()
  await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
  for (let time = 0; time < runs; time += 1) {
    sotto.clock.advance(time === 1 ? hour : minute)
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
