import { toIso } from '../../time.ts'
import type { Report } from './verification.ts'
import { describeFinding, stateOf } from './verify.ts'

/** A report for programs: numbers and states, without what was found. That is for the operator alone. */
export function reportJson({ at, isKept, checks, retention, ledger }: Report) {
  return {
    at: toIso(at),
    kept: isKept,
    checks: checks.map((check) => ({
      check: check.title.replace(/^check\./, ''),
      promise: check.promise,
      state: stateOf(check),
      findings: check.findings.length,
    })),
    retention: retention.map(({ rule, promise, overdue, oldestDue, lastRemoved }) => ({
      rule,
      promise,
      overdue,
      oldest_due_at: toIso(oldestDue),
      last_removed_at: toIso(lastRemoved),
    })),
    ledger: {
      entries: ledger.entries,
      since: toIso(ledger.since),
      head: ledger.head,
      whole: ledger.fault === undefined,
    },
  }
}

/** The same with every sentence. */
export function fullReportJson(report: Report) {
  const sentences = report.checks.flatMap((check) => check.findings.map(describeFinding))
  return { ...reportJson(report), sentences }
}
