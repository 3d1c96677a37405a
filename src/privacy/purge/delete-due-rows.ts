import { sql } from 'kysely'
import { eraseAccounts } from '../../accounts/closing/erase-accounts.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first, run } from '../../database/unit.ts'
import type { RetentionRule } from '../inventory/retention-rules.ts'
import { isInRange, type KeyRange, scanTable } from './scan.ts'

/** What one rule deleted: the number of rows, and when the oldest of them was due; null if there were none. */
export interface Deletion {
  readonly removed: number
  readonly oldestDue: number | null
}

/** Deletes every row that is due under a rule, in small commits. */
export function deleteDueRows(app: App, rule: RetentionRule): Promise<Deletion> {
  if (rule.table === 'account') return eraseAccounts(app)
  return rule.dueColumn === 'replay_until' ? deleteEndedReplays(app, rule) : deleteInBatches(app, rule)
}

// This runs every second, so the few rows that can be replayed have an index.
async function deleteEndedReplays(app: App, { table, dueColumn }: RetentionRule): Promise<Deletion> {
  const replayUntil = sql.ref<number>(dueColumn)
  const due = query.selectFrom(table).select(replayUntil.as('at')).where(replayUntil, '<=', app.now()).limit(1)
  if (!(await app.db.read(() => first(due)))) return { removed: 0, oldestDue: null }
  const deletion = query.deleteFrom(table).where(replayUntil, '<=', app.now()).returning(replayUntil.as('at'))
  const rows = await app.db.commit(() => all(deletion))
  return { removed: rows.length, oldestDue: rows.length === 0 ? null : Math.min(...rows.map(({ at }) => at)) }
}

async function deleteInBatches(app: App, rule: RetentionRule): Promise<Deletion> {
  let removed = 0
  let oldestDue: number | null = null
  for await (const { range, due, earliest } of scanTable(app, rule, app.now() - rule.delay)) {
    if (due === 0 || earliest === null) continue
    removed += await deleteBatch(app, rule, range)
    oldestDue = Math.min(oldestDue ?? Number.POSITIVE_INFINITY, earliest + rule.delay)
  }
  return { removed, oldestDue }
}

function deleteBatch(app: App, rule: RetentionRule, range: KeyRange): Promise<number> {
  const deletion = query
    .deleteFrom(rule.table)
    .where(isInRange(rule, range))
    .where(sql.ref<number>(rule.dueColumn), '<=', app.now() - rule.delay)
  return app.db.commit(() => run(deletion))
}
