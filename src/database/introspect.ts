import { sql } from 'kysely'
import type { Database } from './database.ts'
import { pragmas } from './pragmas.ts'
import { query } from './query.ts'

/** Returns the tables and views that the file actually has, each with its columns, in alphabetical order. */
export function introspectSchema(db: Database): Map<string, string[]> {
  const columns = db.all(
    query
      .selectFrom(
        sql<{ table: string; column: string }>`(select m.name as "table", c.name as "column"
          from sqlite_master m, pragma_table_info(m.name) c
          where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' escape '\\')`.as('actual'),
      )
      .select(['table', 'column'])
      .orderBy('table')
      .orderBy('column'),
  )
  const tables = new Map<string, string[]>()
  for (const { table, column } of columns) tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}

/** Returns the names of the triggers that the file has. */
export function introspectTriggers(db: Database): string[] {
  const triggers = sql<{ name: string }>`(select name from sqlite_master where type = 'trigger')`.as('actual')
  return db.all(query.selectFrom(triggers).select('name')).map(({ name }) => name)
}

/** Returns the settings of the connection that differ from the required ones (see pragmas.ts). */
export function findWrongPragmas(db: Database): { name: string; found: string; required: string }[] {
  return Object.entries(pragmas).flatMap(([name, required]) => {
    const row = db.first<Record<string, string | number>>({ sql: `PRAGMA ${name}`, parameters: [] })
    const found = Object.values(row ?? {})[0]
    return found === required ? [] : [{ name, found: String(found), required: String(required) }]
  })
}
