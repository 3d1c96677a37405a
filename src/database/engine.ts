import type { Unit } from './unit.ts'

/** A database: runs units of work, and maintains its files. */
export interface Engine extends AsyncDisposable {
  /**
   * Runs a unit that only reads. It sees what is committed, and nothing is committed while it runs. Rejects if it writes.
   */
  read<Result>(work: () => Unit<Result>): Promise<Result>

  /**
   * Runs a unit in a transaction and resolves to its result once that is durable. `work` may be called more than once. If
   * it throws, its writes are rolled back and the promise rejects. If the disk is full, it rejects with `storage_full`.
   */
  commit<Result>(work: () => Unit<Result>): Promise<Result>

  /**
   * Returns what identifies the files of the database, so that a copy is noticed: moving or vacuuming keeps it, copying does
   * not. Null if the file system does not provide it.
   */
  identity(): Promise<string | null>

  /** Reads what the database actually has, to compare it with what the program expects. */
  inspect(): Promise<Inspection>

  /** Moves committed data from the log to the database; skipped if nothing was written since the last time. */
  checkpoint(): Promise<void>

  /** Returns a number that grows by one with each row that this process writes, and changes if another process writes. */
  changeCounter(): Promise<number>

  /** Empties the log, so that it has no deleted bytes. Returns false if a reader prevented it. */
  truncateLog(): Promise<boolean>

  /** Rewrites the whole database, so that it has no deleted bytes. Returns false if it was postponed. */
  vacuum(): Promise<boolean>
}

/** What a database actually has. */
export interface Inspection {
  /** The tables and views in alphabetical order, each with its columns. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  /** The required triggers that do not exist. */
  readonly missingTriggers: readonly string[]
  /** The settings of the connection that differ from the required ones. */
  readonly wrongSettings: readonly WrongSetting[]
}

/** A setting that differs from the required one. */
export interface WrongSetting {
  readonly name: string
  readonly found: string
  readonly required: string
}
