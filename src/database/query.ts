import { type Compilable, NOOP_QUERY_EXECUTOR, QueryCreator, type RawBuilder, type RootOperationNode } from 'kysely'
import type { Schema } from './schema/schema.ts'

/** Builds queries that are checked against the schema. An engine compiles and runs them. */
export const query = new QueryCreator<Schema>({ executor: NOOP_QUERY_EXECUTOR })

/** A value that every engine binds and returns. */
export type SqlValue = string | number | Uint8Array | null

/** What an engine runs: a prepared query with its values, or a builder. `Row` is the type of the rows that it returns. */
export type Query<Row> =
  | BoundQuery<Row>
  | (Compilable<Row> & { toOperationNode(): RootOperationNode })
  | RawBuilder<Row>

/** A query with named placeholders. Each engine compiles it once. */
export interface Template {
  readonly node: RootOperationNode
}

/** A template with the values of its placeholders. */
export interface BoundQuery<Row> {
  readonly template: Template
  readonly values: Readonly<Record<string, SqlValue>>
  readonly row?: Row
}

/** A named place in a template for a value. */
export class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * Prepares a query with placeholders for named values, for the paths where compiling each time is too slow:
 * `preparedQuery<{ id: number }>()((value) => query.selectFrom('secret').selectAll().where('id', '=', value('id')))`.
 */
export function preparedQuery<Values extends Record<string, SqlValue>>() {
  return <Row>(
    build: (
      value: <K extends keyof Values & string>(name: K) => Values[K],
    ) => Compilable<Row> & { toOperationNode(): RootOperationNode },
  ): ((values: Values) => BoundQuery<Row>) => {
    const template = { node: build((name) => new Placeholder(name) as never).toOperationNode() }
    return (values) => ({ template, values })
  }
}

/** Whether a query only reads. Of raw SQL, the first word decides. */
export function isRead(query: Query<unknown>): boolean {
  const node = 'template' in query ? query.template.node : query.toOperationNode()
  if (node.kind === 'RawNode') return !rawWrite.test(node.sqlFragments[0] ?? '')
  return node.kind === 'SelectQueryNode'
}

const rawWrite = /^\s*(?:insert|update|delete|merge|replace|truncate|with|create|alter|drop)\b/i
