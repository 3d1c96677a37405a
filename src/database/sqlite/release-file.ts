import { Database as Sqlite } from 'bun:sqlite'
import { existsSync, rmSync } from 'node:fs'

/**
 * Prepares a database file to be replaced: moves its log into the file and deletes the log, which would be applied to the
 * new file. Returns false, and changes nothing, if another process uses the database.
 */
export function releaseFile(path: string): boolean {
  if (existsSync(path) && isInUse(path)) return false
  for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
  return true
}

// A connection to a database with a log holds a lock as long as it is open. A damaged file is in use by no one.
function isInUse(path: string): boolean {
  const sqlite = new Sqlite(path, { readwrite: true, create: false })
  try {
    sqlite.run('PRAGMA busy_timeout=0')
    sqlite.run('PRAGMA journal_mode=DELETE')
    return false
  } catch (error) {
    return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
  } finally {
    sqlite.close(false)
  }
}
