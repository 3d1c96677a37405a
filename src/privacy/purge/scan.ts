import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { firstRowIdAfter } from '../../database/row-id.ts'
import type { RetentionRule } from '../inventory/retention-rules.ts'

/** The number of rows that are read at a time, or deleted in one commit. */
export const batchSize = 500

/** What a scan found in one batch of rows. */
export interface Batch {
  readonly lastId: number
  /** The number of rows that are due. */
  readonly due: number
  /** The earliest moment in the due column, whether due or not; null if no row has one. */
  readonly earliest: number | null
}

/**
 * Reads a rule's table in batches, in the order of ids, and lets requests run after each. A row is due if its due column is
 * at or before `dueBefore`. An index on every due column would slow down each create and reveal more than this scan does.
 */
export async function* scanTable(app: App, rule: RetentionRule, dueBefore: number): AsyncGenerator<Batch> {
  for (let batch = readBatch(app, rule, 0, dueBefore); batch; batch = readBatch(app, rule, batch.lastId, dueBefore)) {
    yield batch
    await yieldToRequests()
  }
}

/** Resolves after the requests that are waiting have had their turn. */
export function yieldToRequests(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function readBatch(app: App, { table, dueColumn }: RetentionRule, afterId: number, dueBefore: number) {
  const id = sql.ref<number>('rowid')
  const rows = query
    .selectFrom(table)
    .select([id.as('id'), sql.ref<number>(dueColumn).as('at')])
    .where(id, '>', afterId)
    .where(id, '<', endOfScan(table, app.now()))
    .orderBy(id)
    .limit(batchSize)
  const summary = app.db.first(
    query
      .selectFrom(rows.as('batch'))
      .select([
        sql<number | null>`max(batch.id)`.as('lastId'),
        sql<number>`count(case when batch.at <= ${dueBefore} then 1 end)`.as('due'),
        sql<number | null>`min(batch.at)`.as('earliest'),
      ]),
  )
  return summary && summary.lastId !== null ? { ...summary, lastId: summary.lastId } : undefined
}

// The ids of these tables are in the order of expiry, so no row after this one can be due.
function endOfScan(table: RetentionRule['table'], now: number): number {
  return table === 'secret' || table === 'receipt' ? firstRowIdAfter(now) : Number.MAX_SAFE_INTEGER
}
