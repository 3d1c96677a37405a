import type { Database as Sqlite } from 'bun:sqlite'
import { isDiskFull } from './disk-full.ts'
import { readNumericPragma } from './pragmas.ts'

// In bytes. VACUUM needs as much memory as the file, and nothing else runs meanwhile.
const maxVacuumSize = 32 * 2 ** 20

/** Checkpoints, empties and vacuums one database file. It never waits for other processes: the next run tries again. */
export class Maintenance {
  readonly #sqlite: Sqlite
  readonly #freeSpace: () => boolean
  #nextVacuum = 0
  #checkpointed = -1

  /** `freeSpace` is called once when the disk is full; it returns whether it freed anything. */
  constructor(sqlite: Sqlite, freeSpace: () => boolean) {
    this.#sqlite = sqlite
    this.#freeSpace = freeSpace
  }

  /** Runs a passive WAL checkpoint; skipped if nothing was written since the last one. */
  checkpoint(): void {
    const changes = this.changeCounter()
    if (changes === this.#checkpointed) return
    this.#withoutWaiting(() => this.#checkpoint('PASSIVE'))
    this.#checkpointed = changes
  }

  /** Returns a number that changes whenever rows are written, by this process or another. */
  changeCounter(): number {
    const { rows } = this.#sqlite.query<{ rows: number }, []>('SELECT total_changes() AS rows').get() ?? { rows: 0 }
    return rows + readNumericPragma(this.#sqlite, 'data_version') * 2 ** 32
  }

  /** Checkpoints the WAL and truncates it, so that it has no deleted bytes. Returns false if a reader prevented it. */
  truncateLog(): boolean {
    return this.#withoutWaiting(() => this.#checkpoint('TRUNCATE'))
  }

  /** Truncates the WAL when the database is closed, waiting for other processes. */
  truncateLogAtClose(): void {
    this.#checkpoint('TRUNCATE')
  }

  /**
   * Rewrites the whole file. SQLite zeroes a row that it deletes, but not the copies of it that it left in a page when it
   * moved the row to another page. Uses at most half a percent of the time, and no file above 32 MiB. Returns false if it
   * was postponed.
   */
  vacuum(): boolean {
    const start = performance.now()
    if (start < this.#nextVacuum || this.#fileSize() > maxVacuumSize) return false
    const isDone = this.#withoutWaiting(() => this.#tryVacuum())
    const end = performance.now()
    this.#nextVacuum = end + 200 * (end - start)
    return isDone
  }

  #tryVacuum(): boolean {
    try {
      this.#sqlite.run('VACUUM')
      return true
    } catch {
      return false
    }
  }

  // If the disk is full, the WAL stays as it is: everything in it is durable, and reads include it.
  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): boolean {
    try {
      return this.#sqlite.query<{ busy: number }, []>(`PRAGMA wal_checkpoint(${mode})`).get()?.busy === 0
    } catch (error) {
      if (!isDiskFull(error)) throw error
      return this.#freeSpace() && this.#checkpoint(mode)
    }
  }

  #fileSize(): number {
    return readNumericPragma(this.#sqlite, 'page_count') * readNumericPragma(this.#sqlite, 'page_size')
  }

  // Waiting for another process would block every request of this one.
  #withoutWaiting<T>(work: () => T): T {
    const timeoutMs = readNumericPragma(this.#sqlite, 'busy_timeout')
    this.#sqlite.run('PRAGMA busy_timeout=0')
    try {
      return work()
    } finally {
      this.#sqlite.run(`PRAGMA busy_timeout=${timeoutMs}`)
    }
  }
}
