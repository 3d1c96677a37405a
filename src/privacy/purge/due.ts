import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { type RetentionRule, retentionRules } from '../inventory/retention-rules.ts'

/** How many rows the purge would destroy now, by rule. Changes nothing. */
export function countDue(app: App): Record<string, number> {
  return Object.fromEntries(
    retentionRules.map((rule, index) => [rule.name, countOf(app, rule, retentionRules.slice(0, index))]),
  )
}

// A row is counted once, under the rule that would destroy it first.
function countOf(app: App, { table, dueColumn, delay }: RetentionRule, earlier: readonly RetentionRule[]): number {
  const isDue = (column: string, wait: number) =>
    sql<boolean>`coalesce(${sql.ref(column)} <= ${app.now() - wait}, false)`
  const counted = earlier
    .filter((rule) => rule.table === table)
    .reduce(
      (rows, rule) => rows.where(sql<boolean>`not ${isDue(rule.dueColumn, rule.delay)}`),
      query
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .where(isDue(dueColumn, delay)),
    )
  return app.db.first(counted)?.rows ?? 0
}
