import type { App } from '../../app.ts'
import { drawRunMark, moveRunMark, recordRunMark } from '../../continuation/run-marks.ts'
import { appendEntry, type LedgerEntry } from './ledger.ts'
import { tracesErasedAt } from './ledger-queries.ts'

/**
 * Ends a run of the purge: rewrites the database file so that no deleted byte remains in it, appends the entry of the run,
 * moves the run mark, and empties the log. `isClean`: nothing changed since the last rewrite, so that it can be skipped.
 */
export async function eraseTraces(app: App, isClean: boolean, run: LedgerEntry): Promise<void> {
  const isErased = isClean || (await app.db.vacuum())
  const vacuumedAt = await app.db.changeCounter()
  const mark = app.continuation.suspension ? undefined : drawRunMark(app)
  const database = await app.db.identity()
  const written = await app.db.commit(function* () {
    const marked = mark === undefined ? 0 : yield* moveRunMark(app, mark, database)
    const erased_at = isErased ? run.ran_at : ((yield* tracesErasedAt()) ?? null)
    return marked + (yield* appendEntry({ ...run, erased_at }))
  })
  if (mark !== undefined) await recordRunMark(app, mark)
  await app.db.truncateLog()
  // Clean only if nothing but the entry and the mark was written since the rewrite.
  const counter = await app.db.changeCounter()
  if (isErased && counter === vacuumedAt + written) app.purgeState.cleanCounter = counter
}
