import type { Database as Sqlite } from 'bun:sqlite'
import { AppError } from '../errors.ts'
import { isDiskFull } from './disk-full.ts'

/** One unit of work in a group: `run` does it, then `resolve` or `reject` settles its promise. */
interface Unit {
  run(): void
  resolve(): void
  reject(error: unknown): void
}

/** Settles the promise of one unit. */
type Settle = () => void

/**
 * Commits units of work in groups: units that arrive in one turn of the event loop share one transaction and one fsync.
 * A unit is a synchronous function, so nothing slow can keep a transaction open.
 */
export class GroupCommit {
  readonly #sqlite: Sqlite
  readonly #freeSpace: () => boolean
  readonly #begin
  readonly #commit
  readonly #savepoint
  readonly #release
  #queue: Unit[] = []
  #onCommit: (() => void)[] = []
  /** Whether the running unit may have written: it changed or returned rows. */
  hasTouched = false

  /** `freeSpace` is called once when the disk is full; it returns whether it freed anything. */
  constructor(sqlite: Sqlite, freeSpace: () => boolean) {
    this.#sqlite = sqlite
    this.#freeSpace = freeSpace
    this.#begin = sqlite.prepare('BEGIN IMMEDIATE')
    this.#commit = sqlite.prepare('COMMIT')
    this.#savepoint = sqlite.prepare('SAVEPOINT unit')
    this.#release = sqlite.prepare('RELEASE unit')
  }

  /** Adds a unit to the next group. Resolves to its result once that is durable. */
  add<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T
      this.#queue.push({
        run: () => {
          result = work()
        },
        resolve: () => resolve(result),
        reject,
      })
      if (this.#queue.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Registers a callback of the running unit, called once the unit is durable. */
  onCommit(callback: () => void): void {
    this.#onCommit.push(callback)
  }

  /** Commits the units that are queued. */
  flush(): void {
    const group = this.#queue
    if (group.length === 0) return
    this.#queue = []
    try {
      for (const settle of this.#commitWithRetry(group)) settle()
    } catch (error) {
      for (const unit of group) unit.reject(isDiskFull(error) ? new AppError('storage_full') : error)
    }
  }

  /** Finalizes the prepared queries. */
  close(): void {
    for (const query of [this.#begin, this.#commit, this.#savepoint, this.#release]) query.finalize()
  }

  // Retries the whole group once: with savepoints if a unit failed after writing, or after space was freed on a full disk.
  #commitWithRetry(group: readonly Unit[]): Settle[] {
    try {
      return this.#commitGroup(group, (unit) => this.#runPlain(unit))
    } catch (error) {
      if (!(error instanceof PartialWrite) && !(isDiskFull(error) && this.#freeSpace())) throw error
      return this.#commitGroup(group, (unit) => this.#runInSavepoint(unit))
    }
  }

  #commitGroup(group: readonly Unit[], run: (unit: Unit) => Settle): Settle[] {
    this.#onCommit = []
    try {
      this.#begin.run()
      const settles = group.map(run)
      this.#commit.run()
      for (const callback of this.#onCommit) callback()
      return settles
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.run('ROLLBACK')
      throw error
    }
  }

  // Almost every unit succeeds or writes nothing, so the first try needs no savepoints.
  #runPlain(unit: Unit): Settle {
    this.hasTouched = false
    try {
      unit.run()
      return unit.resolve
    } catch (error) {
      if (isDiskFull(error)) throw error
      if (this.hasTouched) throw new PartialWrite()
      return () => unit.reject(error)
    }
  }

  #runInSavepoint(unit: Unit): Settle {
    this.#savepoint.run()
    const callbacks = this.#onCommit.length
    try {
      unit.run()
      this.#release.run()
      return unit.resolve
    } catch (error) {
      if (isDiskFull(error)) throw error
      this.#sqlite.run('ROLLBACK TO unit')
      this.#release.run()
      this.#onCommit.length = callbacks
      return () => unit.reject(error)
    }
  }
}

/** A unit failed after it may have written: a row that it read may have come from RETURNING. */
class PartialWrite extends Error {}
