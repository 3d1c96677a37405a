import type { App } from '../app.ts'
import { openableSince } from '../continuation/suspension.ts'
import { lookupOf, unwrap } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import { first } from '../database/unit.ts'
import { receiptGone } from './gone-errors.ts'
import { idOf, isKey } from './key.ts'

/** The state of a secret. */
export type SecretState = 'new' | 'revealed' | 'burned' | 'withdrawn' | 'expired'

/** What a receipt shows: moments, never people; and the link's key while the secret is new. */
export interface Receipt {
  readonly state: SecretState
  readonly endToEnd: boolean
  readonly createdAt: number
  readonly expiresAt: number
  readonly revealedAt: number | null
  readonly burnedAt: number | null
  readonly withdrawnAt: number | null
  readonly secretKey: string | undefined
}

/** Reads a receipt; changes nothing. Throws `receipt_gone`. */
export async function readReceipt(app: App, receiptKey: string): Promise<Receipt> {
  const row = await findReceipt(app, receiptKey)
  const state = stateOf(row, app.now())
  return {
    state,
    endToEnd: row.end_to_end === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revealedAt: row.revealed_at,
    burnedAt: row.burned_at,
    withdrawnAt: row.withdrawn_at,
    secretKey: state === 'new' && row.link ? unwrap('link', receiptKey, app.root, row.link) : undefined,
  }
}

/** Returns the row of a receipt, with the wrapped link while the secret exists. Throws `receipt_gone`. */
export async function findReceipt(app: App, receiptKey: string) {
  const row = isKey(receiptKey)
    ? await app.db.read(() =>
        first(
          selectReceipt({
            id: idOf(receiptKey, app.root),
            lookup: lookupOf(receiptKey),
            now: app.now(),
            since: openableSince(app),
          }),
        ),
      )
    : undefined
  if (!row) throw receiptGone(app)
  return row
}

/** Returns the state of a secret at `now`, from the moments of its receipt. */
export function stateOf(
  row: { revealed_at: number | null; burned_at: number | null; withdrawn_at: number | null; expires_at: number },
  now: number,
): SecretState {
  if (row.revealed_at !== null) return 'revealed'
  if (row.burned_at !== null) return 'burned'
  if (row.withdrawn_at !== null) return 'withdrawn'
  return row.expires_at > now ? 'new' : 'expired'
}

const selectReceipt = preparedQuery<{ id: number; lookup: Uint8Array; now: number; since: number }>()((value) =>
  query
    .selectFrom('receipt')
    .leftJoin('secret', 'secret.id', 'receipt.id')
    .selectAll('receipt')
    .select('secret.link')
    .where('receipt.id', '=', value('id'))
    .where('receipt.lookup', '=', value('lookup'))
    .where('receipt.forget_at', '>', value('now'))
    .where('receipt.created_at', '>=', value('since')),
)
