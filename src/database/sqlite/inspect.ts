import type { Database as Sqlite } from 'bun:sqlite'
import type { Inspection, WrongSetting } from '../engine.ts'
import { consentTriggers } from './migrations/0001-first/consent.ts'
import { pragmas, readPragma } from './pragmas.ts'

/** Reads what the database actually has. */
export function inspect(sqlite: Sqlite): Inspection {
  const triggers = readTriggers(sqlite)
  return {
    tables: readTables(sqlite),
    missingTriggers: Object.keys(consentTriggers).filter((name) => !triggers.includes(name)),
    wrongSettings: findWrongPragmas(sqlite),
  }
}

function readTables(sqlite: Sqlite): Map<string, string[]> {
  const columns = sqlite
    .query<{ table: string; column: string }, []>(
      `select m.name as "table", c.name as "column" from sqlite_schema m, pragma_table_info(m.name) c
        where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' escape '\\'
        order by m.name, c.name`,
    )
    .all()
  const tables = new Map<string, string[]>()
  for (const { table, column } of columns) tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}

function readTriggers(sqlite: Sqlite): string[] {
  const triggers = sqlite.query<{ name: string }, []>(`select name from sqlite_schema where type = 'trigger'`)
  return triggers.all().map(({ name }) => name)
}

function findWrongPragmas(sqlite: Sqlite): WrongSetting[] {
  return Object.entries(pragmas).flatMap(([name, required]) => {
    const found = readPragma(sqlite, name)
    return found === required ? [] : [{ name, found: String(found), required: String(required) }]
  })
}
