import { Database as Sqlite } from 'bun:sqlite'
import { closeSync, openSync } from 'node:fs'
import { second } from '../time.ts'
import { Database } from './database.ts'
import { migrate } from './migrate.ts'

/**
 * What must hold on every connection: durable when acknowledged, erased when deleted, strict about references. The
 * patience comes first: processes that start at once have to wait for each other from there on.
 */
export const pragmas = {
  busy_timeout: 5 * second,
  journal_mode: 'wal',
  synchronous: 2,
  secure_delete: 1,
  foreign_keys: 1,
  temp_store: 2,
  trusted_schema: 0,
  // The log is moved into the database between requests (jobs.ts); only a log of 32 MiB makes a request do it.
  wal_autocheckpoint: 8192,
} as const satisfies Record<string, string | number>

/** Opens the store at `path`, makes it (mode 0600) if it is not there, and brings its schema up to date. */
export function openDatabase(path: string, makeRoom?: () => boolean): Database {
  // Made before SQLite does, so that neither it nor its log is ever readable to others.
  closeSync(openSync(path, 'a', 0o600))
  const sqlite = new Sqlite(path, { strict: true })
  for (const [name, value] of Object.entries(pragmas)) {
    sqlite.run(`PRAGMA ${name}=${value}`)
    if (readPragma(sqlite, name) !== value) throw new Error(`sqlite refuses ${name}=${value}`)
  }
  const database = new Database(path, sqlite, makeRoom)
  migrate(database)
  return database
}

/** Opens the store at `path`, which must be there, for nothing but reading; a server may be writing to it meanwhile. */
export function openDatabaseReadOnly(path: string): Database {
  const sqlite = new Sqlite(path, { readonly: true, strict: true })
  for (const [name, value] of Object.entries(pragmas))
    if (name !== 'journal_mode') sqlite.run(`PRAGMA ${name}=${value}`)
  sqlite.run('PRAGMA query_only=1')
  return new Database(path, sqlite)
}

function readPragma(sqlite: Sqlite, name: string): string | number | undefined {
  const row = sqlite.query<Record<string, string | number>, []>(`PRAGMA ${name}`).get()
  return row === null ? undefined : Object.values(row)[0]
}
