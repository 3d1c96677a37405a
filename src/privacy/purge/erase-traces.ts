import type { App } from '../../app.ts'
import { appendEntry, type LedgerEntry } from './ledger.ts'
import { tracesErasedAt } from './ledger-queries.ts'

/**
 * Ends a run of the purge: rewrites the database file so that no deleted byte remains in it, appends the entry of the run,
 * and empties the log. `isClean`: nothing changed since the last rewrite, so that it can be skipped.
 */
export async function eraseTraces(app: App, isClean: boolean, run: LedgerEntry): Promise<void> {
  const isErased = isClean || app.db.vacuum()
  const vacuumedAt = app.db.changeCounter()
  const [beforeEntry, afterEntry] = await app.db.commit(() => {
    const counter = app.db.changeCounter()
    appendEntry(app, { ...run, erased_at: isErased ? run.ran_at : (tracesErasedAt(app) ?? null) })
    return [counter, app.db.changeCounter()]
  })
  app.db.truncateLog()
  // Clean only if nothing but this entry was written since the rewrite.
  const isUnchanged = beforeEntry === vacuumedAt && afterEntry === app.db.changeCounter()
  if (isErased && isUnchanged) app.purgeState.cleanCounter = afterEntry
}
