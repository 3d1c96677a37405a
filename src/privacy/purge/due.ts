import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { type Retention, retention } from '../inventory/inventory.ts'

/** How many rows the purge would destroy now, by rule. Changes nothing. */
export function countDue(app: App): Record<string, number> {
  return Object.fromEntries(retention.map((rule, index) => [rule.rule, countOf(app, rule, retention.slice(0, index))]))
}

// A row is counted once, under the rule that would destroy it first.
function countOf(app: App, { table, due, after }: Retention, earlier: readonly Retention[]): number {
  const isDue = (column: string, wait: number) =>
    sql<boolean>`coalesce(${sql.ref(column)} <= ${app.now() - wait}, false)`
  const counted = earlier
    .filter((rule) => rule.table === table)
    .reduce(
      (rows, rule) => rows.where(sql<boolean>`not ${isDue(rule.due, rule.after)}`),
      query
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .where(isDue(due, after)),
    )
  return app.db.first(counted)?.rows ?? 0
}
