import { query } from '../../database/query.ts'
import type { PurgeTable } from '../../database/schema/purge.ts'
import { returned, run, type Unit } from '../../database/unit.ts'

/** A new entry of the ledger: counts and times, nothing about the people concerned (P25). */
export interface LedgerEntry {
  /** The name of the retention rule, or `run` for the run as a whole. */
  readonly rule: string
  readonly due_at: number
  readonly ran_at: number
  readonly removed: number
  readonly oldest_due_at: number | null
  readonly erased_at?: number | null
  readonly anchor?: Uint8Array | null
}

/** An entry as it is stored. */
export type StoredEntry = PurgeTable

/** The `previous` hash of the first entry. */
export const firstPrevious = new Uint8Array(32)

/** Appends an entry to the chain, inside the caller's commit. Returns the number of rows written. */
export function* appendEntry({ erased_at = null, anchor = null, ...entry }: LedgerEntry): Unit<number> {
  const last = yield* returned(
    query
      .selectFrom('instance')
      .select('last_entry_id as id')
      .select((entries) => entries.selectFrom('purge').select('hash').orderBy('id', 'desc').limit(1).as('hash')),
  )
  const previous = last.hash ?? anchor ?? firstPrevious
  const values = { id: last.id + 1, ...entry, erased_at, anchor, previous }
  const updated = yield* run(query.updateTable('instance').set({ last_entry_id: values.id }))
  return updated + (yield* run(query.insertInto('purge').values({ ...values, hash: hashEntry(values) })))
}

/** Returns the SHA-256 of the columns in this order, as JSON with bytes in hexadecimal. Anyone with the rows can recompute it. */
export function hashEntry(entry: Omit<StoredEntry, 'hash'>): Uint8Array {
  const { id, rule, due_at, ran_at, removed, oldest_due_at, erased_at, anchor, previous } = entry
  const numbers = [due_at, ran_at, removed, oldest_due_at, erased_at]
  const fields = ['sotto-ledger-1', id, rule, ...numbers, anchor && toHex(anchor), toHex(previous)]
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(fields)).digest()
}

/** Formats a hash in hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
