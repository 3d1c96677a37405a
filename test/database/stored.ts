import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Selectable } from 'kysely'
import type { App } from '../../src/app.ts'
import { query } from '../../src/database/query.ts'
import type { Schema } from '../../src/database/schema.ts'
import { inventory } from '../../src/privacy/promises.ts'

type TableName = keyof Schema

/** Every row of a table, as it is stored. */
export function rowsOf<Table extends TableName>({ db }: App, table: Table): Selectable<Schema[Table]>[] {
  return db.all(query.selectFrom(table as TableName).selectAll()) as Selectable<Schema[Table]>[]
}

/** Every row of every table: what a thief of the database has, and what a GET must not change. */
export function everyRow(app: App): { readonly [Table in TableName]: Selectable<Schema[Table]>[] } {
  const tables = Object.keys(inventory) as TableName[]
  return Object.fromEntries(tables.map((table) => [table, rowsOf(app, table)])) as never
}

/** Runs SQL as somebody would who has the file. */
export function tamper({ db }: App, sql: string): void {
  db.run({ sql, parameters: [] })
}

/**
 * What is in the files of a data directory, by their names. Without the ballast: 8 MiB of random bytes, which stay as
 * they are from the first start (test/privacy/purge.test.ts).
 */
export function filesOf(dataDir: string): Map<string, Buffer> {
  const names = readdirSync(dataDir).filter((name) => name !== 'ballast')
  return new Map(names.map((name) => [name, readFileSync(join(dataDir, name))]))
}

/** The files of a data directory in which `bytes` occur, among them the database and its log. */
export function filesWith(dataDir: string, bytes: Uint8Array): string[] {
  return [...filesOf(dataDir)].filter(([, content]) => content.includes(bytes)).map(([name]) => name)
}
