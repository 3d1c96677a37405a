import { constants, Database as Sqlite } from 'bun:sqlite'
import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import type { CopiedRows, CopiedTables, DatabaseCopy } from '../copy.ts'
import { pragmas, readNumericPragma } from './pragmas.ts'

// Rows between two looks at the log. They are on disk before the next ones are written, so that a server does not have to
// wait for many of them when it syncs its own.
const batchSize = 10_000
// In bytes. The log keeps what is written to the database meanwhile, because this connection reads an older state of it.
const maxLogGrowth = 256 * 2 ** 20

/**
 * Copies the database at `from` to a new file (mode 0600), as it is at one moment: its schema, of any version, and the rows
 * in `tables`. Blocks no reader or writer of the database. What is left out, and what was deleted before, was never in the
 * new file. Throws `too_busy` if the log of the database grows by 256 MiB meanwhile.
 */
export function copyFile(from: string, to: string, tables: CopiedTables): DatabaseCopy {
  const file = openSync(to, 'wx', 0o600)
  const copy = new Sqlite(to, constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_URI)
  try {
    prepareConnection(copy, from)
    const rows = copySnapshot(copy, tables, guardLog(from, file))
    return { ...readStamp(copy), rows }
  } finally {
    copy.close(false)
    fsyncSync(file)
    closeSync(file)
  }
}

// A copy that fails is deleted, so it needs no journal.
function prepareConnection(copy: Sqlite, from: string): void {
  const settings = { ...pragmas, journal_mode: 'off', synchronous: 0, foreign_keys: 0 }
  for (const [name, value] of Object.entries(settings)) copy.run(`PRAGMA ${name}=${value}`)
  copy.run('ATTACH ? AS live', [`${Bun.pathToFileURL(from).href}?mode=ro`])
}

function readStamp(copy: Sqlite): Omit<DatabaseCopy, 'rows'> {
  using query = copy.prepare<{ region: string; keyId: string }, []>('SELECT region, key_id AS keyId FROM instance')
  const stamp = query.get()
  return { schemaVersion: readNumericPragma(copy, 'user_version'), region: stamp?.region, keyId: stamp?.keyId }
}

// Everything is read in one transaction. Indexes and triggers follow the rows: the triggers refuse to copy consents.
function copySnapshot(copy: Sqlite, tables: CopiedTables, betweenBatches: () => void): Record<string, number> {
  copy.run('BEGIN')
  const version = readNumericPragma(copy, 'live.user_version')
  const parts = readSchema(copy)
  const names = parts.filter(({ type }) => type === 'table').map(({ name }) => name)
  for (const { type, sql } of parts) if (type === 'table') copy.run(sql)
  const rows = names.map((name) => [name, copyRows(copy, name, tables[name] ?? 'none', betweenBatches)] as const)
  copySequences(copy)
  for (const { type, sql } of parts) if (type !== 'table') copy.run(sql)
  copy.run(`PRAGMA main.user_version=${version}`)
  copy.run('COMMIT')
  return Object.fromEntries(rows)
}

function readSchema(copy: Sqlite) {
  using query = copy.prepare<{ type: string; name: string; sql: string }, []>(
    `SELECT type, name, sql FROM live.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  )
  return query.all()
}

function copyRows(copy: Sqlite, table: string, rows: CopiedRows, betweenBatches: () => void): number {
  if (rows === 'none') return 0
  const condition = rows === 'all' ? '' : `AND "${rows.whereSet}" IS NOT NULL`
  const batch = `FROM live."${table}" WHERE rowid > ?1 ${condition} ORDER BY rowid LIMIT ${batchSize}`
  using last = copy.prepare<{ last: number | null }, [number]>(`SELECT max(rowid) AS last FROM (SELECT rowid ${batch})`)
  using insert = copy.prepare(`INSERT INTO main."${table}" SELECT * ${batch}`)
  let copied = 0
  for (let from: number | null = -1; from !== null; ) {
    const next: number | null = last.get(from)?.last ?? null
    copied += insert.run(from).changes
    betweenBatches()
    from = next
  }
  return copied
}

// The highest id that a table ever had, so that none is used twice.
function copySequences(copy: Sqlite): void {
  copy.run('DELETE FROM main.sqlite_sequence')
  copy.run('INSERT INTO main.sqlite_sequence SELECT * FROM live.sqlite_sequence')
}

function guardLog(from: string, file: number): () => void {
  const before = logSize(from)
  return () => {
    fsyncSync(file)
    if (logSize(from) - before > maxLogGrowth) throw new AppError('too_busy')
  }
}

function logSize(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}
