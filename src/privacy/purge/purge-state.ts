/** What the purge of this process remembers from one run to the next. */
export interface PurgeState {
  /** The change counter of the database when its file last contained no traces; undefined if unknown. */
  cleanCounter: number | undefined
  /** Whether the first run since the start is still in progress. */
  isFirstRun: boolean
}
