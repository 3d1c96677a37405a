/** What the purge of this process knows from one run to the next. */
export interface PurgeState {
  /** The change counter of the database when its file last held no traces; undefined where that is not known. */
  cleanCounter: number | undefined
  /** Whether the first run after the start is still at work. */
  isFirstRun: boolean
}
