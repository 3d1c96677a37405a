import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, run } from '../../database/unit.ts'
import type { RetentionRule } from '../inventory/retention-rules.ts'
import type { Deletion } from './delete-due-rows.ts'
import { appendEntry } from './ledger.ts'
import { batchSize } from './scan.ts'

/**
 * Deletes the entries of the ledger that are old enough. The same commit appends an entry whose anchor is the hash of the
 * newest deleted entry, so that the rest of the chain can be told from one that was cut (P25).
 */
export async function pruneLedger(app: App, rule: RetentionRule, dueAt: number): Promise<Deletion> {
  const ranAt = app.now()
  let removed = 0
  let oldestDue: number | null = null
  for (;;) {
    const pruned = await app.db.commit(() => pruneBatch(rule, dueAt, ranAt))
    if (!pruned) return { removed, oldestDue }
    oldestDue ??= pruned.oldestDue
    removed += pruned.removed
  }
}

function* pruneBatch({ name: rule, delay }: RetentionRule, dueAt: number, ranAt: number) {
  const old = yield* readOldEntries(ranAt - delay)
  const [oldest, newest] = [old[0], old.at(-1)]
  if (!oldest || !newest) return undefined
  yield* run(query.deleteFrom('purge').where('id', '<=', newest.id))
  const deletion = { removed: old.length, oldestDue: oldest.ran_at + delay }
  yield* appendEntry({
    rule,
    due_at: dueAt,
    ran_at: ranAt,
    removed: deletion.removed,
    oldest_due_at: deletion.oldestDue,
    anchor: newest.hash,
  })
  return deletion
}

// From the start of the chain to the first entry that stays, even if the clock was set back in between.
function* readOldEntries(ranBefore: number) {
  const entries = yield* all(query.selectFrom('purge').select(['id', 'ran_at', 'hash']).orderBy('id').limit(batchSize))
  const firstToStay = entries.findIndex(({ ran_at }) => ran_at > ranBefore)
  return firstToStay < 0 ? entries : entries.slice(0, firstToStay)
}
