import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { testsByPromise } from '../../src/build/promises.ts'
import { options } from '../../src/config/options.ts'
import { inventory, logFields } from '../../src/privacy/inventory/inventory.ts'
import { promises } from '../../src/privacy/inventory/promises.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { startInstance } from '../fixtures/instance.ts'
import { root } from '../fixtures/process.ts'

describe('the list of promises', () => {
  test('has every number once, in order', () => {
    const numbers = Array.from({ length: 34 }, (_, index) => `P${String(index + 1).padStart(2, '0')}`)
    expect(promises.map(({ id }) => id)).toEqual(numbers as (typeof promises)[number]['id'][])
  })

  test('names for each one that is built a test that says its number, and for one that is not, none', () => {
    const tests = testsByPromise()
    for (const { id, state } of promises)
      expect([id, (tests.get(id) ?? []).length > 0]).toEqual([id, state !== 'planned'])
  })

  test('says what is lacking where a promise is kept in part, and nowhere else', () => {
    for (const { id, state, lacks } of promises) expect([id, lacks !== undefined]).toEqual([id, state === 'partly'])
  })

  test('names code that is there and pages that anybody can open', async () => {
    for (const { code } of promises)
      for (const file of code) expect([file, existsSync(join(root, file))]).toEqual([file, true])
    await using sotto = await startInstance()
    const { pages } = await inProcessClient(sotto.app)
    const known = [...pages, '/privacy/proof']
    for (const { page } of promises) if (page !== undefined) expect(known).toContain(page)
  })
})

test('nothing knows what country a person is in, so that no rule can depend on it (P18)', () => {
  const columns = Object.entries(inventory).flatMap(([table, { columns }]) =>
    Object.keys(columns).map((column) => `${table}.${column}`),
  )
  const names = [...columns, ...Object.keys(logFields), ...Object.keys(options)]
  // A processor's country is that of a firm.
  expect(names.filter((name) => /country|nation|locale|geo/.test(name))).toEqual(['processor.country'])
})
