import type { Generated } from 'kysely'
import type { Day, Moment } from './moments.ts'

/**
 * The purge ledger: one entry a run (`rule` is `run`), and one for each rule that removed something. `hash` is over all
 * other columns, `previous` is the hash of the entry before. An entry that removed older entries keeps the hash of the
 * newest of them as `anchor`; a run says when the traces of what was destroyed were last erased from the file.
 */
export interface PurgeTable {
  id: Generated<number>
  rule: string
  due_at: Moment
  ran_at: Moment
  removed: number
  oldest_due_at: Moment | null
  erased_at: Moment | null
  anchor: Uint8Array | null
  previous: Uint8Array
  hash: Uint8Array
}

/** What happened in one day: numbers, and nothing that says whose. */
export interface StatisticTable {
  day: Day
  region: string
  created: number
  revealed: number
  burned: number
  expired: number
}

export interface PurgeTables {
  purge: PurgeTable
  statistic: StatisticTable
}
