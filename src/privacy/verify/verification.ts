import type { Facts } from '../../errors.ts'
import type { TextKey } from '../../i18n/text.ts'

/** The state of a retention rule. Times are in milliseconds since 1970. */
export interface RetentionState {
  /** The name of the rule. */
  readonly rule: string
  readonly promise: `P${number}`
  /** The number of overdue rows. */
  readonly overdue: number
  /** When the oldest remaining row is or was due; null if there is none. */
  readonly oldestDue: number | null
  /** When the rule last deleted something, as far back as the ledger goes. */
  readonly lastRemoved: number | null
}

/** The state of the ledger's hash chain. `fault` names the first entry that is wrong. */
export interface ChainReport {
  readonly entries: number
  readonly since: number | null
  readonly head: string | null
  readonly fault: { readonly kind: 'altered' | 'cut'; readonly entry: number } | undefined
  /** Whether the chain contains the head that the caller noted earlier; undefined if none was passed. */
  readonly containsHead: boolean | undefined
}

/** A deviation from a promise. A warning does not break the promise yet. */
export interface Finding {
  readonly key: TextKey
  readonly facts: Facts
  readonly isWarning?: boolean
}

/** A check and its findings. */
export interface Check {
  readonly title: TextKey
  readonly promise: `P${number}`
  readonly findings: readonly Finding[]
}

/** The result of a verification. `isKept` is false if any finding is more than a warning. */
export interface Report {
  readonly at: number
  readonly isKept: boolean
  readonly checks: readonly Check[]
  readonly retention: readonly RetentionState[]
  readonly ledger: ChainReport
}
