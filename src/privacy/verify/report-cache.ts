import type { Report } from './verification.ts'

/** The last verification report, or the one that is being made. */
export interface ReportCache {
  /** `until` is in milliseconds of the monotonic clock. */
  current: { readonly until: number; readonly report: Promise<Report> } | undefined
}
