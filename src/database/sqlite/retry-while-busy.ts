import { pragmas } from './pragmas.ts'

const intervalMs = 10

/**
 * Repeats `work` while other processes use the file, for as long as the busy timeout. SQLite itself does not wait when the
 * journal mode is changed, which processes that start in an empty folder at the same time do.
 */
export function retryWhileBusy<T>(work: () => T): T {
  for (let tries = pragmas.busy_timeout / intervalMs; ; tries--) {
    try {
      return work()
    } catch (error) {
      if (tries <= 0 || !isBusy(error)) throw error
      Bun.sleepSync(intervalMs)
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
