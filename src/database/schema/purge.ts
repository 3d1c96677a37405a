import type { Day, Moment } from './moments.ts'

/**
 * An entry of the purge ledger: one for each run (`rule` is `run`), and one for each rule that removed something. `hash`
 * covers all other columns, `previous` is the hash of the preceding entry. An entry that removed older entries has the hash
 * of the newest of them as `anchor`. `erased_at` of a run is when deleted bytes were last erased from the file.
 */
export interface PurgeTable {
  id: number
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

/** The counters of one day. Nothing in them identifies a person. */
export interface StatisticTable {
  day: Day
  region: string
  created: number
  revealed: number
  burned: number
  expired: number
}

/** The tables of the purge and the statistics. */
export interface PurgeTables {
  purge: PurgeTable
  statistic: StatisticTable
}
