import type { App } from '../../app.ts'
import { appendEntry, type LedgerEntry } from './ledger.ts'
import { tracesErasedAt } from './ledger-queries.ts'

/**
 * Ends a run of the purge: rewrites the database file so that no deleted byte remains in it, appends the entry of the run,
 * and empties the log. `isClean`: nothing changed since the last rewrite, so that it can be skipped.
 */
export async function eraseTraces(app: App, isClean: boolean, run: LedgerEntry): Promise<void> {
  const isErased = isClean || (await app.db.vacuum())
  const vacuumedAt = await app.db.changeCounter()
  const written = await app.db.commit(function* () {
    return yield* appendEntry({ ...run, erased_at: isErased ? run.ran_at : ((yield* tracesErasedAt()) ?? null) })
  })
  await app.db.truncateLog()
  // Clean only if nothing but this entry was written since the rewrite.
  const counter = await app.db.changeCounter()
  if (isErased && counter === vacuumedAt + written) app.purgeState.cleanCounter = counter
}
