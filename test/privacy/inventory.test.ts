import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { App } from '../../src/app.ts'
import type { Schema } from '../../src/database/schema/schema.ts'
import { all } from '../../src/database/unit.ts'
import { Misconfigured } from '../../src/errors.ts'
import { openApp } from '../../src/open-app.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { logFields } from '../../src/privacy/inventory/log-fields.ts'
import { retentionRules } from '../../src/privacy/inventory/retention-rules.ts'
import { Clock } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { cheap, configWith, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

describe('the inventory (P04)', () => {
  test('lists exactly the tables and columns of the database', async () => {
    using folder = temporaryFolder()
    await using app = await open(folder.path)
    const listed = Object.entries(inventory).map(([table, { columns }]) => [table, Object.keys(columns).sort()])
    expect(Object.fromEntries(listed)).toEqual(liveSchema(app))
  })

  test('does not list a column or table that was added to the database', async () => {
    using folder = temporaryFolder()
    await using app = await open(folder.path)
    await tamper(app, 'ALTER TABLE receipt ADD COLUMN opened_by TEXT')
    await tamper(app, 'CREATE TABLE visitor (address TEXT)')
    expect(liveSchema(app)).toMatchObject({
      receipt: expect.arrayContaining(['opened_by']),
      visitor: ['address'],
    })
    expect(Object.keys(inventory.receipt.columns)).not.toContain('opened_by')
  })

  test('has a retention rule for every table that is neither public, needed forever nor deleted with its owner, and an index for the rule that runs every second', async () => {
    using folder = temporaryFolder()
    await using app = await open(folder.path)
    const withRule = new Set<keyof Schema>(retentionRules.map(({ table }) => table))
    const isDeletedWithOwner = (table: string) => foreignKeys(app, table).some((key) => key.on_delete === 'CASCADE')
    const withoutRule = Object.keys(inventory).filter(
      (table) => !withRule.has(table as keyof Schema) && !isDeletedWithOwner(table),
    )
    expect(withoutRule).toEqual(['instance', 'refusal', 'policy_version', 'processor', 'announcement'])
    for (const { table, dueColumn } of retentionRules.filter(({ dueColumn }) => dueColumn === 'replay_until')) {
      const plan = await app.db.read(() =>
        all(sql.raw<{ detail: string }>(`EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE ${dueColumn} <= 1`)),
      )
      expect(plan.map(({ detail }) => detail).join()).toContain('INDEX')
    }
  })

  test('has no data about visitors, creators or readers in the tables of every secret', () => {
    const categories = (['secret', 'receipt', 'idempotent_response', 'purge', 'instance'] as const).flatMap((table) =>
      Object.values<string>(inventory[table].columns),
    )
    expect(new Set(categories)).toEqual(new Set(['technical', 'content', 'moment']))
  })

  test('deletes every row of an account with the account, through an indexed foreign key (P22)', async () => {
    using folder = temporaryFolder()
    await using app = await open(folder.path)
    const owners = Object.entries(inventory).filter(([, { columns }]) => 'account_id' in columns)
    expect(owners.length).toBeGreaterThan(5)
    for (const [table] of owners) {
      expect(foreignKeys(app, table)).toContainEqual(
        expect.objectContaining({ table: 'account', on_delete: 'CASCADE' }),
      )
      const plan = await app.db.read(() =>
        all(sql.raw<{ detail: string }>(`EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE account_id = 'a'`)),
      )
      expect(plan.map(({ detail }) => detail).join()).toContain('INDEX')
    }
  })

  test('lists every log field that a request writes', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    await sotto.post(`/secrets/${key}/reveal`)
    await sotto.post(`/secrets/${key}/reveal`)
    const written = sotto.lines.flatMap((line) => Object.keys(JSON.parse(line)))
    expect(written.length).toBeGreaterThan(10)
    for (const field of written) expect(Object.keys(logFields)).toContain(field)
    for (const text of [key, 'sésame']) expect(sotto.lines.join('\n')).not.toContain(text)
  })
})

describe('a database that belongs to one instance', () => {
  test('is stamped with region and root key when it is created, and opens again with them', async () => {
    using folder = temporaryFolder()
    const stamp = {
      id: 1,
      region: 'eu',
      key_id: expect.stringMatching(/^[0-9a-f]{8}$/),
      created_at: new Clock().now,
      last_entry_id: 0,
      run_mark: null,
      previous_run_mark: null,
      agreed_at: null,
    }
    for (let time = 0; time < 2; time += 1) {
      await using app = await open(folder.path, { region: 'eu' })
      expect(await rowsOf(app, 'instance')).toEqual([stamp])
      expect((await rowsOf(app, 'instance'))[0]?.key_id).toBe(app.root.id)
    }
  })

  test('is refused in another region, with a message that names both (P17)', async () => {
    using folder = temporaryFolder()
    await close(await open(folder.path, { region: 'eu' }))
    const elsewhere = () => open(folder.path, { region: 'us' })
    expect(await elsewhere().catch((error) => error)).toBeInstanceOf(Misconfigured)
    expect(await failureOf(elsewhere())).toMatch(/"eu".*"us"/)
    await using app = await open(folder.path, { region: 'eu' })
    expect(await rowsOf(app, 'instance')).toMatchObject([{ region: 'eu' }])
  })

  test('is refused with another root key, with a message that reveals neither key', async () => {
    using folder = temporaryFolder()
    const [own, other] = [1, 2].map((byte) => new Uint8Array(32).fill(byte))
    await close(await open(folder.path, {}, own))
    const withAnother = () => open(folder.path, {}, other)
    expect(await withAnother().catch((error) => error)).toBeInstanceOf(Misconfigured)
    const message = await failureOf(withAnother())
    expect(message).toStartWith('the root key does not belong to this database')
    for (const key of [own, other]) expect(message).not.toContain(key?.toHex() ?? '')
    await close(await open(folder.path, {}, own))
  })
})

function open(dataDir: string, flags: Record<string, string> = {}, rootKey?: Uint8Array<ArrayBuffer>): Promise<App> {
  const clock = new Clock()
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const config = { ...configWith({ 'data-dir': dataDir, ...flags }), ...(rootKey && { rootKey }) }
  return openApp(config, { argon2: cheap, ...clock.readings, random, write: () => {} })
}

function close(app: App): Promise<void> {
  return app[Symbol.asyncDispose]()
}

function foreignKeys({ config }: App, table: string) {
  using sqlite = new Sqlite(join(config.dataDir, 'sotto.db'), { readonly: true })
  return sqlite
    .query<{ table: string; on_delete: string }, [string]>('SELECT * FROM pragma_foreign_key_list(?)')
    .all(table)
}

// Read without the program's own introspection.
function liveSchema({ config }: App): Record<string, string[]> {
  using sqlite = new Sqlite(join(config.dataDir, 'sotto.db'), { readonly: true })
  const columns = sqlite.query<{ table: string; column: string }, []>(
    `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
      WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.name`,
  )
  const tables: Record<string, string[]> = {}
  for (const { table, column } of columns.all()) tables[table] = [...(tables[table] ?? []), column].sort()
  return tables
}
