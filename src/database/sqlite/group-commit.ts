import type { Database as Sqlite } from 'bun:sqlite'
import { AppError } from '../../errors.ts'
import { type Action, runUnit, type Unit } from '../unit.ts'
import { isDiskFull } from './disk-full.ts'

/** A unit in the queue: `run` does its work, then `resolve` or `reject` settles its promise. */
interface QueuedUnit {
  run(): void
  resolve(): void
  reject(error: unknown): void
}

/** Settles the promise of one unit. */
type Settle = () => void

/** Commits units of work in groups: units that arrive in one turn of the event loop share one transaction and one fsync. */
export class GroupCommit {
  readonly #sqlite: Sqlite
  readonly #freeSpace: () => boolean
  readonly #execute: (action: Action) => unknown
  readonly #begin
  readonly #commit
  readonly #savepoint
  readonly #release
  #queue: QueuedUnit[] = []
  #beforeCommit: (() => void)[] = []
  #onCommit: (() => void)[] = []
  /** Whether the running unit may have written: it changed or returned rows. */
  hasTouched = false
  // An error that fails the whole group, even if a unit catches it.
  #fatal: unknown

  /**
   * `freeSpace` is called once when the disk is full; it returns whether it freed anything. `execute` performs the action of
   * one step.
   */
  constructor(sqlite: Sqlite, freeSpace: () => boolean, execute: (action: Action) => unknown) {
    this.#sqlite = sqlite
    this.#freeSpace = freeSpace
    this.#execute = execute
    this.#begin = sqlite.prepare('BEGIN IMMEDIATE')
    this.#commit = sqlite.prepare('COMMIT')
    this.#savepoint = sqlite.prepare('SAVEPOINT unit')
    this.#release = sqlite.prepare('RELEASE unit')
  }

  /** Adds a unit to the next group. Resolves to its result once that is durable. */
  add<Result>(work: () => Unit<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      let result: Result
      this.#queue.push({
        run: () => {
          result = runUnit(work, (action) => this.#executeStep(action))
        },
        resolve: () => resolve(result),
        reject,
      })
      if (this.#queue.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Registers an effect of the running unit, called before the group commits. */
  beforeCommit(effect: () => void): void {
    this.#beforeCommit.push(effect)
  }

  /** Registers an effect of the running unit, called once the unit is durable. */
  onCommit(effect: () => void): void {
    this.#onCommit.push(effect)
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

  // Retries the whole group with savepoints, if a unit failed after writing or once space was freed on a full disk.
  #commitWithRetry(group: readonly QueuedUnit[]): Settle[] {
    let run = (unit: QueuedUnit) => this.#runPlain(unit)
    let hasFreed = false
    for (;;) {
      try {
        return this.#commitGroup(group, run)
      } catch (error) {
        const isFreed: boolean = isDiskFull(error) && !hasFreed && this.#freeSpace()
        if (!isFreed && !(error instanceof PartialWrite)) throw error
        hasFreed ||= isFreed
        run = (unit) => this.#runInSavepoint(unit)
      }
    }
  }

  #commitGroup(group: readonly QueuedUnit[], run: (unit: QueuedUnit) => Settle): Settle[] {
    this.#onCommit = []
    this.#fatal = undefined
    try {
      this.#begin.run()
      const settles = group.map(run)
      this.#commit.run()
      for (const effect of this.#onCommit) effect()
      return settles
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.run('ROLLBACK')
      throw error
    }
  }

  // Almost every unit succeeds or writes nothing, so the first try needs no savepoints.
  #runPlain(unit: QueuedUnit): Settle {
    this.hasTouched = false
    const effects = this.#onCommit.length
    try {
      this.#run(unit)
      return unit.resolve
    } catch (error) {
      if (this.#fatal) throw this.#fatal
      if (this.hasTouched) throw new PartialWrite()
      this.#onCommit.length = effects
      return () => unit.reject(error)
    }
  }

  #runInSavepoint(unit: QueuedUnit): Settle {
    this.#savepoint.run()
    const effects = this.#onCommit.length
    try {
      this.#run(unit)
      this.#release.run()
      return unit.resolve
    } catch (error) {
      if (this.#fatal) throw this.#fatal
      this.#sqlite.run('ROLLBACK TO unit')
      this.#release.run()
      this.#onCommit.length = effects
      return () => unit.reject(error)
    }
  }

  // The effects of `beforeCommit` are part of the unit: if one throws, only this unit is rolled back.
  #run(unit: QueuedUnit): void {
    this.#beforeCommit = []
    unit.run()
    if (this.#fatal) throw this.#fatal
    for (const effect of this.#beforeCommit) effect()
  }

  // SQLite may end the transaction when the disk fails. A query after that would be committed on its own.
  #executeStep(action: Action): unknown {
    if (this.#fatal) throw this.#fatal
    try {
      return this.#execute(action)
    } catch (error) {
      if (isDiskFull(error) || !this.#sqlite.inTransaction) this.#fatal = error
      throw error
    }
  }
}

/** A unit failed after it may have written: a row that it read may have come from RETURNING. */
class PartialWrite extends Error {}
