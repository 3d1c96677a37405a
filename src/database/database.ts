import type { Database as Sqlite } from 'bun:sqlite'
import { AppError } from '../errors.ts'
import { compileToBound, type Runnable, type SqlValue } from './query.ts'

interface Waiting {
  run(): void
  done(): void
  failed(error: unknown): void
}

/** A larger file is not written anew, in bytes: that takes as much memory as the file, and holds up what arrives meanwhile. */
const mostRewritten = 32 * 2 ** 20

/**
 * The store. Reads answer at once. Writes go through `commit`: whatever arrives in one turn of the event loop shares
 * one transaction and one fsync, and its promise resolves when the bytes are on disk (synchronous=FULL).
 * Work inside a commit is an ordinary function without await, so nothing slow can keep a transaction open.
 */
export class Database {
  readonly path: string
  readonly #sqlite: Sqlite
  readonly #makeRoom: () => boolean
  readonly #begin
  readonly #commit
  readonly #savepoint
  readonly #release
  #waiting: Waiting[] = []
  #after: (() => void)[] = []
  #touched = false
  #isClosed = false
  #restUntil = 0
  #moved = -1

  /** `makeRoom` is asked once when the disk is full; true if it freed something. */
  constructor(path: string, sqlite: Sqlite, makeRoom: () => boolean = () => false) {
    this.path = path
    this.#sqlite = sqlite
    this.#makeRoom = makeRoom
    this.#begin = sqlite.prepare('BEGIN IMMEDIATE')
    this.#commit = sqlite.prepare('COMMIT')
    this.#savepoint = sqlite.prepare('SAVEPOINT one')
    this.#release = sqlite.prepare('RELEASE one')
  }

  /** Every row of a query. */
  all<Row>(runnable: Runnable<Row>): Row[] {
    const { sql, parameters } = compileToBound(runnable)
    const rows = this.#sqlite.query<Row, SqlValue[]>(sql).all(...parameters)
    this.#touched ||= rows.length > 0
    return rows
  }

  /** The first row of a query, or nothing. */
  first<Row>(runnable: Runnable<Row>): Row | undefined {
    const { sql, parameters } = compileToBound(runnable)
    const row = this.#sqlite.query<Row, SqlValue[]>(sql).get(...parameters) ?? undefined
    this.#touched ||= row !== undefined
    return row
  }

  /** Runs a statement whose rows nobody needs; says how many it changed. */
  run(runnable: Runnable<unknown>): { changes: number; id: number } {
    const { sql, parameters } = compileToBound(runnable)
    const { changes, lastInsertRowid } = this.#sqlite.query<unknown, SqlValue[]>(sql).run(...parameters)
    this.#touched ||= changes > 0
    return { changes, id: Number(lastInsertRowid) }
  }

  /**
   * Runs `work` in the next group commit; resolves to its result once that is durable. If `work` throws, what it wrote
   * is taken back, its neighbours keep theirs, and the promise rejects. If the disk refuses, every promise rejects.
   */
  commit<T>(work: () => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('the database is closed'))
    return new Promise<T>((resolve, reject) => {
      let result: T
      this.#waiting.push({
        run: () => {
          result = work()
        },
        done: () => resolve(result),
        failed: reject,
      })
      if (this.#waiting.length === 1) setImmediate(() => this.#flush())
    })
  }

  /** Inside a commit: `done` is called once that is durable, and not if it is taken back. It must not throw. */
  onCommit(done: () => void): void {
    this.#after.push(done)
  }

  #flush(): void {
    const group = this.#waiting
    if (group.length === 0) return
    this.#waiting = []
    try {
      for (const answer of this.#commitAll(group)) answer()
    } catch (error) {
      for (const one of group) one.failed(isFull(error) ? new AppError('storage_full') : error)
    }
  }

  // The group gets a second try, from the start, if a work failed half-way, and if the disk was full and room was made.
  #commitAll(group: readonly Waiting[]): (() => void)[] {
    try {
      return this.#commitOnce(group, (one) => this.#runPlainly(one))
    } catch (error) {
      if (!(error instanceof HalfDone) && !(isFull(error) && this.#makeRoom())) throw error
      return this.#commitOnce(group, (one) => this.#runApart(one))
    }
  }

  #commitOnce(group: readonly Waiting[], run: (one: Waiting) => () => void): (() => void)[] {
    this.#after = []
    try {
      this.#begin.run()
      const answers = group.map(run)
      this.#commit.run()
      for (const done of this.#after) done()
      return answers
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.run('ROLLBACK')
      throw error
    }
  }

  // Almost every work succeeds or writes nothing, and then no savepoint is needed to keep its neighbours' rows.
  #runPlainly(one: Waiting): () => void {
    this.#touched = false
    try {
      one.run()
      return one.done
    } catch (error) {
      if (isFull(error)) throw error
      if (this.#touched) throw new HalfDone()
      return () => one.failed(error)
    }
  }

  #runApart(one: Waiting): () => void {
    this.#savepoint.run()
    const before = this.#after.length
    try {
      one.run()
      this.#release.run()
      return one.done
    } catch (error) {
      if (isFull(error)) throw error
      this.#sqlite.run('ROLLBACK TO one')
      this.#release.run()
      this.#after.length = before
      return () => one.failed(error)
    }
  }

  /** Moves what was written since the last time from the write-ahead log into the database; the log is then used anew. */
  checkpoint(): void {
    const written = this.changeCounter()
    if (written === this.#moved) return
    this.#withoutWaiting(() => this.#moveLog('PASSIVE'))
    this.#moved = written
  }

  /** A number that is another one whenever rows were written, here or by another process. */
  changeCounter(): number {
    const { rows } = this.#sqlite.query<{ rows: number }, []>('SELECT total_changes() AS rows').get() ?? { rows: 0 }
    return rows + this.#pragma('data_version') * 2 ** 32
  }

  /** Moves the write-ahead log into the database and empties it, so that no deleted byte stays there. False: a reader was in the way. */
  truncateLog(): boolean {
    return this.#withoutWaiting(() => this.#moveLog('TRUNCATE'))
  }

  // On a full disk the log stays what it is until there is room: everything in it is safe, and is read from there.
  #moveLog(how: 'PASSIVE' | 'TRUNCATE'): boolean {
    try {
      return this.#sqlite.query<{ busy: number }, []>(`PRAGMA wal_checkpoint(${how})`).get()?.busy === 0
    } catch (error) {
      if (!isFull(error)) throw error
      return this.#makeRoom() && this.#moveLog(how)
    }
  }

  /**
   * Writes the whole file anew. SQLite zeroes a row that it deletes, but not the copies that it left in a page when it
   * moved the row to another one. Takes at most half a percent of the time, and no more memory than `mostRewritten`.
   * False: it was put off.
   */
  vacuum(): boolean {
    const start = performance.now()
    if (start < this.#restUntil || this.#size() > mostRewritten) return false
    const isDone = this.#withoutWaiting(() => {
      try {
        this.#sqlite.run('VACUUM')
        return true
      } catch {
        return false
      }
    })
    const end = performance.now()
    this.#restUntil = end + 200 * (end - start)
    return isDone
  }

  #size(): number {
    const [pages, size] = ['page_count', 'page_size'].map((name) => this.#pragma(name))
    return (pages ?? 0) * (size ?? 0)
  }

  // Whoever is in the way, in another process, would hold up every request here: it is tried again at the next run.
  #withoutWaiting<T>(work: () => T): T {
    const patience = this.#pragma('busy_timeout')
    this.#sqlite.run('PRAGMA busy_timeout=0')
    try {
      return work()
    } finally {
      this.#sqlite.run(`PRAGMA busy_timeout=${patience}`)
    }
  }

  #pragma(name: string): number {
    return Number(Object.values(this.#sqlite.query<Record<string, number>, []>(`PRAGMA ${name}`).get() ?? {})[0])
  }

  /** Runs `work` in a transaction of its own, at once: for start-up, before there is anybody to share a commit with. */
  exclusive<T>(work: (sqlite: Sqlite) => T): T {
    return this.#sqlite.transaction(() => work(this.#sqlite)).immediate()
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return
    this.#flush()
    this.#isClosed = true
    // There is time to wait for another process now, and nobody comes after to empty the log.
    if (this.#pragma('query_only') === 0) this.#moveLog('TRUNCATE')
    for (const one of [this.#begin, this.#commit, this.#savepoint, this.#release]) one.finalize()
    this.#sqlite.close(false)
  }
}

/** A work failed after it may have written: a row that came back may have been a RETURNING. */
class HalfDone extends Error {}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL'
}
