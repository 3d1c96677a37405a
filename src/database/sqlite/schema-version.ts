import { Database as Sqlite } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { readNumericPragma } from './pragmas.ts'
import { retryWhileBusy } from './retry-while-busy.ts'

/** Reads the schema version of the file at `path`; undefined if there is no file. Changes nothing. */
export function readFileVersion(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  const sqlite = new Sqlite(path, { readwrite: true, create: false })
  try {
    // Another process may be creating the database.
    return retryWhileBusy(() => readNumericPragma(sqlite, 'user_version'))
  } finally {
    sqlite.close(false)
  }
}
