import { sql } from 'kysely'
import type { Database } from './database.ts'
import { pragmas } from './open.ts'
import { query } from './query.ts'

/** Every table of the file with its columns, as they are, not as they should be. */
export function introspectSchema(db: Database): Map<string, string[]> {
  const columns = db.all(
    query
      .selectFrom(
        sql<{ table: string; column: string }>`(select m.name as "table", c.name as "column"
          from sqlite_master m, pragma_table_info(m.name) c
          where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' escape '\\')`.as('live'),
      )
      .select(['table', 'column'])
      .orderBy('table')
      .orderBy('column'),
  )
  const tables = new Map<string, string[]>()
  for (const { table, column } of columns) tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}

/** The names of the triggers of the file. */
export function introspectTriggers(db: Database): string[] {
  const triggers = sql<{ name: string }>`(select name from sqlite_master where type = 'trigger')`.as('live')
  return db.all(query.selectFrom(triggers).select('name')).map(({ name }) => name)
}

/** What of the connection is not as it must be: durable when acknowledged, erased when deleted. */
export function weakPragmas(db: Database): { name: string; found: string; required: string }[] {
  return Object.entries(pragmas).flatMap(([name, required]) => {
    const row = db.first<Record<string, string | number>>({ sql: `PRAGMA ${name}`, parameters: [] })
    const found = Object.values(row ?? {})[0]
    return found === required ? [] : [{ name, found: String(found), required: String(required) }]
  })
}
