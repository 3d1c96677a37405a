import type { Database as Sqlite, Statement } from 'bun:sqlite'
import type { SqlValue } from '../query.ts'

type PreparedStatement = Statement<unknown, SqlValue[]>

// Bun's own cache has 20 statements; the program has a few hundred queries.
const maxStatements = 500

/** The prepared statements of a connection, by their SQL. The one that was prepared first is finalized when there are too many. */
export class Statements {
  readonly #sqlite: Sqlite
  readonly #statements = new Map<string, PreparedStatement>()

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** Returns the prepared statement of an SQL text. */
  get(sql: string): PreparedStatement {
    return this.#statements.get(sql) ?? this.#prepare(sql)
  }

  /** Finalizes every statement. */
  close(): void {
    for (const statement of this.#statements.values()) statement.finalize()
    this.#statements.clear()
  }

  #prepare(sql: string): PreparedStatement {
    const [oldest] = this.#statements
    if (oldest && this.#statements.size >= maxStatements) {
      this.#statements.delete(oldest[0])
      oldest[1].finalize()
    }
    const statement = this.#sqlite.prepare<unknown, SqlValue[]>(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
