import { Database as Sqlite } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { pragmas } from './pragmas.ts'

/** Reads the schema version of the file at `path`; undefined if there is no file. Changes nothing. */
export function readFileVersion(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  const sqlite = new Sqlite(path, { readwrite: true, create: false })
  try {
    // Another process may be creating the database.
    sqlite.run(`PRAGMA busy_timeout=${pragmas.busy_timeout}`)
    return sqlite.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
  } finally {
    sqlite.close(false)
  }
}
