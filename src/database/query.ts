import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Schema } from './schema/schema.ts'

/** Writes queries in the words of the schema. It runs nothing: that is the Database's work. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

export type SqlValue = string | number | Uint8Array | null

/** SQL with its values, ready to run; `Row` is what it returns. */
export interface BoundQuery<Row> {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  readonly row?: Row
}

/** What a Database runs: a bound statement, or a query that is compiled on the spot. */
export type Runnable<Row> = BoundQuery<Row> | Compilable<Row>

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is compiled once and takes its values by name, for the paths where compiling each time would be felt:
 * `statement<{ id: number }>()((value) => query.selectFrom('secret').selectAll().where('id', '=', value('id')))`.
 */
export function preparedQuery<Values extends Record<string, SqlValue>>() {
  return <Row>(
    build: (value: <K extends keyof Values & string>(name: K) => Values[K]) => Compilable<Row>,
  ): ((values: Values) => BoundQuery<Row>) => {
    const { sql, parameters } = build((name) => new Placeholder(name) as never).compile()
    return (values) => ({
      sql,
      parameters: parameters.map((one) => (one instanceof Placeholder ? values[one.name] : one) as SqlValue),
    })
  }
}

export function compileToBound<Row>(runnable: Runnable<Row>): BoundQuery<Row> {
  if ('sql' in runnable) return runnable
  const { sql, parameters } = runnable.compile()
  return { sql, parameters: parameters as readonly SqlValue[] }
}
