import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Schema } from './schema/schema.ts'

/** Builds queries that are checked against the schema. It only compiles; a Database runs them. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** A value that SQLite binds or returns. */
export type SqlValue = string | number | Uint8Array | null

/** SQL with its values. `Row` is the type of the rows that it returns. */
export interface BoundQuery<Row> {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  readonly row?: Row
}

/** What a Database runs: a bound query, or a builder that is compiled when it runs. */
export type Runnable<Row> = BoundQuery<Row> | Compilable<Row>

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * Compiles a query once, with placeholders for named values, for the paths where compiling each time is too slow:
 * `preparedQuery<{ id: number }>()((value) => query.selectFrom('secret').selectAll().where('id', '=', value('id')))`.
 */
export function preparedQuery<Values extends Record<string, SqlValue>>() {
  return <Row>(
    build: (value: <K extends keyof Values & string>(name: K) => Values[K]) => Compilable<Row>,
  ): ((values: Values) => BoundQuery<Row>) => {
    const { sql, parameters } = build((name) => new Placeholder(name) as never).compile()
    return (values) => ({
      sql,
      parameters: parameters.map(
        (parameter) => (parameter instanceof Placeholder ? values[parameter.name] : parameter) as SqlValue,
      ),
    })
  }
}

/** Compiles a query that is not bound yet. */
export function compileToBound<Row>(runnable: Runnable<Row>): BoundQuery<Row> {
  if ('sql' in runnable) return runnable
  const { sql, parameters } = runnable.compile()
  return { sql, parameters: parameters as readonly SqlValue[] }
}
