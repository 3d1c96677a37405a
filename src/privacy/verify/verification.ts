import type { Facts } from '../../errors.ts'
import type { TextKey } from '../../i18n/text.ts'

/** How a rule is kept: what waits for it, what waits too long, and when it last had something to do. */
export interface RetentionState {
  readonly rule: string
  readonly promise: `P${number}`
  readonly overdue: number
  /** When the oldest row that is there falls due, or fell. */
  readonly oldestDue: number | null
  readonly lastRemoved: number | null
}

/** What the ledger looks like from its beginning to its end. `fault` names the first entry that does not hold. */
export interface ChainReport {
  readonly entries: number
  readonly since: number | null
  readonly head: string | null
  readonly fault: { readonly kind: 'altered' | 'cut'; readonly entry: number } | undefined
  /** Whether a head that somebody noted earlier is still in the chain; undefined where none was asked for. */
  readonly containsHead: boolean | undefined
}

/** One thing that is not as promised. A warning is not a breach yet. */
export interface Finding {
  readonly key: TextKey
  readonly facts: Facts
  readonly isWarning?: boolean
}

/** One thing that was looked at, and what was found wrong with it. */
export interface Check {
  readonly title: TextKey
  readonly promise: `P${number}`
  readonly findings: readonly Finding[]
}

/** What a look at everything found. `isKept` is false where anything promised is not so. */
export interface Report {
  readonly at: number
  readonly isKept: boolean
  readonly checks: readonly Check[]
  readonly retention: readonly RetentionState[]
  readonly ledger: ChainReport
}
