import type { Database as Sqlite } from 'bun:sqlite'
import { GroupCommit } from './group-commit.ts'
import { Maintenance } from './maintenance.ts'
import { readNumericPragma } from './pragmas.ts'
import { compileToBound, type Runnable, type SqlValue } from './query.ts'

/**
 * One SQLite file. Reads are synchronous. Writes run in `commit`: everything that arrives in one turn of the event loop
 * shares one transaction and one fsync, and each promise resolves when the bytes are on disk (synchronous=FULL).
 */
export class Database {
  readonly path: string
  readonly #sqlite: Sqlite
  readonly #groups: GroupCommit
  readonly #maintenance: Maintenance
  #isClosed = false

  /** `freeSpace` is called once when the disk is full; it returns whether it freed anything. */
  constructor(path: string, sqlite: Sqlite, freeSpace: () => boolean = () => false) {
    this.path = path
    this.#sqlite = sqlite
    this.#groups = new GroupCommit(sqlite, freeSpace)
    this.#maintenance = new Maintenance(sqlite, freeSpace)
  }

  /** Returns every row of a query. */
  all<Row>(runnable: Runnable<Row>): Row[] {
    const { sql, parameters } = compileToBound(runnable)
    const rows = this.#sqlite.query<Row, SqlValue[]>(sql).all(...parameters)
    this.#groups.hasTouched ||= rows.length > 0
    return rows
  }

  /** Returns the first row of a query, if any. */
  first<Row>(runnable: Runnable<Row>): Row | undefined {
    const { sql, parameters } = compileToBound(runnable)
    const row = this.#sqlite.query<Row, SqlValue[]>(sql).get(...parameters) ?? undefined
    this.#groups.hasTouched ||= row !== undefined
    return row
  }

  /** Runs a query without reading rows. Returns the number of changed rows and the id of the last inserted row. */
  run(runnable: Runnable<unknown>): { changes: number; id: number } {
    const { sql, parameters } = compileToBound(runnable)
    const { changes, lastInsertRowid } = this.#sqlite.query<unknown, SqlValue[]>(sql).run(...parameters)
    this.#groups.hasTouched ||= changes > 0
    return { changes, id: Number(lastInsertRowid) }
  }

  /**
   * Runs `work` in the next group commit and resolves to its result once that is durable. `work` may run twice. If it
   * throws, its writes are rolled back, those of the other units are kept, and the promise rejects. If the disk fails,
   * every promise of the group rejects; with `storage_full` if it is full.
   */
  commit<T>(work: () => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('the database is closed'))
    return this.#groups.add(work)
  }

  /** Registers a callback inside a commit: called once the commit is durable, never if it is rolled back. It must not throw. */
  onCommit(callback: () => void): void {
    this.#groups.onCommit(callback)
  }

  /** Runs `work` in a transaction of its own, immediately. For start-up and shutdown, when there is no group to join. */
  exclusive<T>(work: (sqlite: Sqlite) => T): T {
    return this.#sqlite.transaction(() => work(this.#sqlite)).immediate()
  }

  /** Runs a passive WAL checkpoint; skipped if nothing was written since the last one. */
  checkpoint(): void {
    this.#maintenance.checkpoint()
  }

  /** Returns a number that changes whenever rows are written, by this process or another. */
  changeCounter(): number {
    return this.#maintenance.changeCounter()
  }

  /** Checkpoints the WAL and truncates it, so that it has no deleted bytes. Returns false if a reader prevented it. */
  truncateLog(): boolean {
    return this.#maintenance.truncateLog()
  }

  /** Rewrites the whole file, so that it has no deleted bytes. Returns false if it was postponed (see Maintenance.vacuum). */
  vacuum(): boolean {
    return this.#maintenance.vacuum()
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return
    this.#groups.flush()
    this.#isClosed = true
    if (readNumericPragma(this.#sqlite, 'query_only') === 0) this.#maintenance.truncateLogAtClose()
    this.#groups.close()
    this.#sqlite.close(false)
  }
}
