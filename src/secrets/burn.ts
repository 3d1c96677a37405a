import type { App } from '../app.ts'
import { preparedQuery, query } from '../database/query.ts'
import { onCommit, run, type Unit } from '../database/unit.ts'
import { findReceipt, type Receipt, readReceipt } from './receipt.ts'

/** Destroys an unrevealed secret on behalf of the holder of its receipt. Repeating it changes nothing. Throws `receipt_gone`. */
export async function burnSecret(app: App, receiptKey: string): Promise<Receipt> {
  const { id } = await findReceipt(app, receiptKey)
  await app.db.commit(() => burnUnopened(app, id))
  return readReceipt(app, receiptKey)
}

/** Destroys a secret that has not been revealed yet, inside the caller's commit; otherwise changes nothing. */
export function* burnUnopened(app: App, id: number): Unit<void> {
  const now = app.now()
  if ((yield* run(deleteUnopened({ id, now }))) === 0) return
  yield* run(markBurned({ id, now }))
  yield* onCommit(app.counters.burned)
}

const deleteUnopened = preparedQuery<{ id: number; now: number }>()((value) =>
  query
    .deleteFrom('secret')
    .where('id', '=', value('id'))
    .where('replay_until', 'is', null)
    .where('expires_at', '>', value('now')),
)
const markBurned = preparedQuery<{ id: number; now: number }>()((value) =>
  query
    .updateTable('receipt')
    .set({ burned_at: value('now') })
    .where('id', '=', value('id')),
)
