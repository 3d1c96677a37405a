import { Database as Sqlite } from 'bun:sqlite'
import { closeSync, openSync } from 'node:fs'
import type { Engine } from '../engine.ts'
import { migrate } from './migrate.ts'
import { pragmas, readPragma } from './pragmas.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import { SqliteEngine } from './sqlite-engine.ts'

/**
 * Opens the database at `path`, creates it (mode 0600) if it does not exist, and migrates its schema. `freeSpace` is called
 * once when the disk is full; it returns whether it freed anything. Throws NewerSchema.
 */
export function openFile(path: string, freeSpace?: () => boolean): Engine {
  // Created before SQLite opens it, so that neither the file nor its WAL is ever readable by other users.
  closeSync(openSync(path, 'a', 0o600))
  const sqlite = new Sqlite(path, { strict: true })
  for (const [name, value] of Object.entries(pragmas)) {
    retryWhileBusy(() => sqlite.run(`PRAGMA ${name}=${value}`))
    if (readPragma(sqlite, name) !== value) throw new Error(`sqlite refuses ${name}=${value}`)
  }
  migrate(sqlite)
  return new SqliteEngine(sqlite, freeSpace)
}

/** Opens an existing database for reading only; a server may write to it meanwhile. */
export function openFileReadOnly(path: string): Engine {
  const sqlite = new Sqlite(path, { readonly: true, strict: true })
  for (const [name, value] of Object.entries(pragmas))
    if (name !== 'journal_mode') sqlite.run(`PRAGMA ${name}=${value}`)
  sqlite.run('PRAGMA query_only=1')
  return new SqliteEngine(sqlite)
}
