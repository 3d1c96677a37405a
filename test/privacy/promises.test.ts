import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { testsByPromise } from '../../src/build/promises.ts'
import { options } from '../../src/config/options.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { logFields } from '../../src/privacy/inventory/log-fields.ts'
import { promises } from '../../src/privacy/inventory/promises.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { startInstance } from '../fixtures/instance.ts'
import { root } from '../fixtures/process.ts'

describe('the list of promises', () => {
  test('contains every number once, in order', () => {
    const numbers = Array.from({ length: 34 }, (_, index) => `P${String(index + 1).padStart(2, '0')}`)
    expect(promises.map(({ id }) => id)).toEqual(numbers as (typeof promises)[number]['id'][])
  })

  test('has a test that names each promise, unless it is only planned', () => {
    const tests = testsByPromise()
    for (const { id, state } of promises)
      expect([id, (tests.get(id) ?? []).length > 0]).toEqual([id, state !== 'planned'])
  })

  test('describes what is missing exactly for partly kept promises', () => {
    for (const { id, state, missing } of promises) expect([id, missing !== undefined]).toEqual([id, state === 'partly'])
  })

  test('refers to existing code and public pages', async () => {
    for (const { code } of promises)
      for (const file of code) expect([file, existsSync(join(root, file))]).toEqual([file, true])
    await using sotto = await startInstance()
    const { pages } = await inProcessClient(sotto.app)
    const publicPages = [...pages, '/privacy/proof']
    for (const { page } of promises) if (page !== undefined) expect(publicPages).toContain(page)
  })
})

test('no column, log field or option contains the country of a person, so that no rule can depend on it (P18)', () => {
  const columns = Object.entries(inventory).flatMap(([table, { columns }]) =>
    Object.keys(columns).map((column) => `${table}.${column}`),
  )
  const names = [...columns, ...Object.keys(logFields), ...Object.keys(options)]
  // The country of a processor is that of a company.
  expect(names.filter((name) => /country|nation|locale|geo/.test(name))).toEqual(['processor.country'])
})
