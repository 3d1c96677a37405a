import type { App } from '../app.ts'
import { preparedQuery, query } from '../database/query.ts'
import { findReceipt, type Receipt, readReceipt } from './receipt.ts'

/** Destroys an unrevealed secret on behalf of the holder of its receipt. Repeating it changes nothing. Throws `receipt_gone`. */
export async function burnSecret(app: App, receiptKey: string): Promise<Receipt> {
  const { id } = findReceipt(app, receiptKey)
  await app.db.commit(() => burnUnopened(app, id))
  return readReceipt(app, receiptKey)
}

/** Destroys a secret that has not been revealed yet, inside the caller's commit; otherwise changes nothing. */
export function burnUnopened(app: App, id: number): void {
  const now = app.now()
  if (app.db.run(deleteUnopened({ id, now })).changes === 0) return
  app.db.run(markBurned({ id, now }))
  app.db.onCommit(app.counters.burned)
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
