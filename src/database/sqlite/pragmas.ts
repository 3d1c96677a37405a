import type { Database as Sqlite } from 'bun:sqlite'
import { second } from '../../time.ts'

/**
 * The settings of every connection: durable when acknowledged, erased when deleted, strict about references. The busy
 * timeout is set first, because processes that start at once wait for each other from then on.
 */
export const pragmas = {
  busy_timeout: 5 * second,
  journal_mode: 'wal',
  synchronous: 2,
  secure_delete: 1,
  foreign_keys: 1,
  temp_store: 2,
  trusted_schema: 0,
  // Checkpoints run between requests (src/jobs); only a WAL of 32 MiB makes a request run one.
  wal_autocheckpoint: 8192,
} as const satisfies Record<string, string | number>

/** Reads a pragma of a connection. */
export function readPragma(sqlite: Sqlite, name: string): string | number | undefined {
  const row = sqlite.query<Record<string, string | number>, []>(`PRAGMA ${name}`).get()
  return row === null ? undefined : Object.values(row)[0]
}

/** Reads a pragma that is a number. */
export function readNumericPragma(sqlite: Sqlite, name: string): number {
  return Number(readPragma(sqlite, name))
}
