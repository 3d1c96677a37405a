import type { App } from '../app.ts'
import { lookupOf, unwrap } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import { AppError } from '../errors.ts'
import { isKey, rowIdOf } from './key.ts'

/** What became of a secret. */
export type SecretState = 'new' | 'revealed' | 'burned' | 'expired'

/** What the holder of a receipt may know: when, never who; and the link's key while it still opens something. */
export interface Receipt {
  readonly state: SecretState
  readonly endToEnd: boolean
  readonly createdAt: number
  readonly expiresAt: number
  readonly revealedAt: number | null
  readonly burnedAt: number | null
  readonly secretKey: string | undefined
}

/** Reads a receipt; changes nothing. Throws `receipt_gone`. */
export function readReceipt(app: App, receiptKey: string): Receipt {
  const row = findReceipt(app, receiptKey)
  const state = stateOf(row, app.now())
  return {
    state,
    endToEnd: row.end_to_end === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revealedAt: row.revealed_at,
    burnedAt: row.burned_at,
    secretKey: state === 'new' && row.link ? unwrap('link', receiptKey, app.root, row.link) : undefined,
  }
}

/** Destroys an unopened secret for the holder of its receipt. What is gone already stays as it is. Throws `receipt_gone`. */
export async function burnSecret(app: App, receiptKey: string): Promise<Receipt> {
  const { id } = findReceipt(app, receiptKey)
  await app.db.commit(() => burnUnopened(app, id))
  return readReceipt(app, receiptKey)
}

/** Destroys a secret that is not opened yet, inside the caller's commit. */
export function burnUnopened(app: App, id: number): void {
  const now = app.now()
  if (app.db.run(removeUnopened({ id, now })).changes === 0) return
  app.db.run(markBurned({ id, now }))
  app.db.onCommit(app.counters.burned)
}

function findReceipt(app: App, receiptKey: string) {
  const row = isKey(receiptKey)
    ? app.db.first(selectReceipt({ id: rowIdOf(receiptKey, app.root), lookup: lookupOf(receiptKey), now: app.now() }))
    : undefined
  if (!row) throw new AppError('receipt_gone')
  return row
}

/** What became of a secret, by its receipt's moments. */
export function stateOf(
  row: { revealed_at: number | null; burned_at: number | null; expires_at: number },
  now: number,
): SecretState {
  if (row.revealed_at !== null) return 'revealed'
  if (row.burned_at !== null) return 'burned'
  return row.expires_at > now ? 'new' : 'expired'
}

const selectReceipt = preparedQuery<{ id: number; lookup: Uint8Array; now: number }>()((value) =>
  query
    .selectFrom('receipt')
    .leftJoin('secret', 'secret.id', 'receipt.id')
    .selectAll('receipt')
    .select('secret.link')
    .where('receipt.id', '=', value('id'))
    .where('receipt.lookup', '=', value('lookup'))
    .where('receipt.forget_at', '>', value('now')),
)
const removeUnopened = preparedQuery<{ id: number; now: number }>()((value) =>
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
