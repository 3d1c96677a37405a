import { type Expression, type SqlBool, sql } from 'kysely'
import type { App } from '../../app.ts'
import { lastExpiryId } from '../../database/expiry-id.ts'
import { query, type SqlValue } from '../../database/query.ts'
import { first, returned } from '../../database/unit.ts'
import { primaryKeys, type RetentionRule } from '../inventory/retention-rules.ts'

/** The number of rows that are read at a time, or deleted in one commit. */
export const batchSize = 500

/** The rows after one key and up to another, in the order of the primary key; undefined where there is no bound. */
export interface KeyRange {
  readonly after: SqlValue | undefined
  readonly upTo: SqlValue | undefined
}

/** What a scan found in one batch of rows. */
export interface Batch {
  readonly range: KeyRange
  /** The number of rows that are due. */
  readonly due: number
  /** The earliest moment in the due column, whether due or not; null if no row has one. */
  readonly earliest: number | null
}

/**
 * Reads a rule's table in batches, in the order of its keys, and lets requests run after each. A row is due if its due
 * column is at or before `dueBefore`. An index on every due column would slow down each create and reveal more than this
 * scan does.
 */
export async function* scanTable(app: App, rule: RetentionRule, dueBefore: number): AsyncGenerator<Batch> {
  let after: SqlValue | undefined
  for (let isLast = false; !isLast; ) {
    const { last, ...batch } = await app.db.read(() => readBatch(app, rule, after, dueBefore))
    yield batch
    await yieldToRequests()
    after = last
    isLast = last === undefined
  }
}

/** Resolves after the requests that are waiting have had their turn. */
export function yieldToRequests(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Returns the conditions of a range of keys. */
export function isInRange({ table }: RetentionRule, { after, upTo }: KeyRange): Expression<SqlBool> {
  const key = sql.ref(primaryKeys[table])
  const conditions = [
    ...(after === undefined ? [] : [sql<SqlBool>`${key} > ${after}`]),
    ...(upTo === undefined ? [] : [sql<SqlBool>`${key} <= ${upTo}`]),
  ]
  return conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql.join(conditions, sql` and `)
}

// `last` is the key of the last row of the batch; undefined if no rows follow.
function* readBatch(app: App, rule: RetentionRule, after: SqlValue | undefined, dueBefore: number) {
  const { table, dueColumn } = rule
  const key = sql.ref<SqlValue>(primaryKeys[table])
  const end = lastKeyToScan(table, app.now())
  const row = yield* first(
    query
      .selectFrom(table)
      .select(key.as('last'))
      .where(isInRange(rule, { after, upTo: end }))
      .orderBy(key)
      .limit(1)
      .offset(batchSize - 1),
  )
  const range = { after, upTo: row?.last ?? end }
  const summary = yield* returned(
    query
      .selectFrom(table)
      .where(isInRange(rule, range))
      .select([
        sql<number>`count(case when ${sql.ref(dueColumn)} <= ${dueBefore} then 1 end)`.as('due'),
        sql<number | null>`min(${sql.ref(dueColumn)})`.as('earliest'),
      ]),
  )
  return { last: row?.last, range, ...summary }
}

// The ids of these tables are in the order of expiry, so no row after this one can be due.
function lastKeyToScan(table: RetentionRule['table'], now: number): number | undefined {
  return table === 'secret' || table === 'receipt' ? lastExpiryId(now) : undefined
}
