import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { type RetentionRule, retentionRules } from '../inventory/retention-rules.ts'

/** Returns how many rows the purge would delete now, by rule name. Changes nothing. */
export function countDue(app: App): Record<string, number> {
  return Object.fromEntries(
    retentionRules.map((rule, index) => [rule.name, countRule(app, rule, retentionRules.slice(0, index))]),
  )
}

// A row is counted once, under the first rule that would delete it.
function countRule(app: App, rule: RetentionRule, earlierRules: readonly RetentionRule[]): number {
  const isDue = ({ dueColumn, delay }: RetentionRule) =>
    sql<boolean>`coalesce(${sql.ref(dueColumn)} <= ${app.now() - delay}, false)`
  const count = earlierRules
    .filter(({ table }) => table === rule.table)
    .reduce(
      (rows, earlier) => rows.where(sql<boolean>`not ${isDue(earlier)}`),
      query
        .selectFrom(rule.table)
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .where(isDue(rule)),
    )
  return app.db.first(count)?.rows ?? 0
}
