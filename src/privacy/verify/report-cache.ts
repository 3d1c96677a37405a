import type { Report } from './verification.ts'

/** The last report on the promises, or the one in the making. */
export interface ReportCache {
  /** `until` is a moment of `performance.now()`. */
  current: { readonly until: number; readonly report: Promise<Report> } | undefined
}
