/**
 * Why an instance does not continue its own last run. `copied`: the run file belongs to another database file. `restored`:
 * the database is not the one of the last run. `unmarked`: the run file is missing or unreadable.
 */
export type SuspensionReason = 'copied' | 'restored' | 'unmarked'

/** An instance that does not continue its own last run: what is in its database may have been used elsewhere. */
export interface Suspension {
  readonly reason: SuspensionReason
  /** The mark of the database, by which the operator names the restore that they accept. */
  readonly mark: string
  /** When it was detected. Only what was created since may be opened. */
  readonly detectedAt: number
  /** When the database was last in use, if known: what happened after it is unaccounted for. */
  readonly unaccountedFrom: number | null
  /** Whether the run file has the mark of the database: the folder was copied or moved as a whole. */
  readonly marksAgree: boolean
}

/** Whether an instance continues its own last run. */
export interface Continuation {
  suspension: Suspension | undefined
}

/** Returns the moment from which secrets may be opened: all of them, unless the instance is suspended. */
export function openableSince({ continuation }: { readonly continuation: Continuation }): number {
  return continuation.suspension?.detectedAt ?? 0
}
