import type { Database as Sqlite, Statement } from 'bun:sqlite'
import { SqliteQueryCompiler } from 'kysely'
import { Compiler } from '../compiler.ts'
import type { Engine, Inspection } from '../engine.ts'
import { isRead, type Query } from '../query.ts'
import { type Action, runUnit, type Unit } from '../unit.ts'
import { GroupCommit } from './group-commit.ts'
import { identityOf } from './identity.ts'
import { inspect } from './inspect.ts'
import { Maintenance } from './maintenance.ts'
import { readNumericPragma } from './pragmas.ts'
import { Statements } from './statements.ts'

const compiler = new Compiler(new SqliteQueryCompiler())

/**
 * One SQLite file. Units run synchronously, so none waits while a transaction is open. Everything that is committed in one
 * turn of the event loop shares one transaction and one fsync, and each promise resolves when the bytes are on disk
 * (synchronous=FULL).
 */
export class SqliteEngine implements Engine {
  readonly #sqlite: Sqlite
  readonly #groups: GroupCommit
  readonly #maintenance: Maintenance
  readonly #statements: Statements
  #isClosed = false

  /** `freeSpace` is called once when the disk is full; it returns whether it freed anything. */
  constructor(sqlite: Sqlite, freeSpace: () => boolean = () => false) {
    this.#sqlite = sqlite
    this.#statements = new Statements(sqlite)
    this.#groups = new GroupCommit(sqlite, freeSpace, (action) => this.#execute(action))
    this.#maintenance = new Maintenance(sqlite, freeSpace)
  }

  async read<Result>(work: () => Unit<Result>): Promise<Result> {
    return runUnit(work, (action) => this.#executeRead(action))
  }

  /** If the disk fails, every unit of the transaction rejects, even one that caught the error. */
  commit<Result>(work: () => Unit<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new Error('the database is closed'))
    return this.#groups.add(work)
  }

  async identity(): Promise<string | null> {
    return identityOf(this.#sqlite.filename)
  }

  async inspect(): Promise<Inspection> {
    return inspect(this.#sqlite)
  }

  async checkpoint(): Promise<void> {
    this.#maintenance.checkpoint()
  }

  async changeCounter(): Promise<number> {
    return this.#maintenance.changeCounter()
  }

  async truncateLog(): Promise<boolean> {
    return this.#maintenance.truncateLog()
  }

  async vacuum(): Promise<boolean> {
    return this.#maintenance.vacuum()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    // Units that the last group adds are rejected: no other group follows.
    this.#isClosed = true
    this.#groups.flush()
    if (readNumericPragma(this.#sqlite, 'query_only') === 0) this.#maintenance.truncateLogAtClose()
    this.#groups.close()
    this.#statements.close()
    this.#sqlite.close(false)
  }

  #executeRead(action: Action): unknown {
    if (!('query' in action) || action.kind === 'run' || !isRead(action.query))
      throw new Error('a unit that only reads made a change')
    return this.#execute(action)
  }

  #execute(action: Action): unknown {
    if ('query' in action) return this.#executeQuery(action.kind, action.query)
    return action.kind === 'onCommit' ? this.#groups.onCommit(action.effect) : this.#groups.beforeCommit(action.effect)
  }

  #executeQuery(kind: 'all' | 'first' | 'run', query: Query<unknown>): unknown {
    const { sql, parameters } = compiler.compile(query)
    const statement = this.#statements.get(sql)
    if (kind === 'run') {
      const { changes } = statement.run(...parameters)
      this.#groups.hasTouched ||= changes > 0
      return changes
    }
    if (kind === 'all') {
      const rows = statement.all(...parameters)
      this.#groups.hasTouched ||= rows.length > 0 || returnsNoColumns(statement)
      return rows
    }
    const row = statement.get(...parameters) ?? undefined
    this.#groups.hasTouched ||= row !== undefined || returnsNoColumns(statement)
    return row
  }
}

// An insert without RETURNING has none: it may have written although it returned no row.
function returnsNoColumns(statement: Statement): boolean {
  return statement.columnNames.length === 0
}
