import { toIso } from '../../time.ts'
import type { ChainReport, Report } from './verification.ts'
import { describeFinding, stateOf } from './verify.ts'

/** Formats a report as public JSON: states and numbers. The findings themselves are only for the operator. */
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

/** Formats a report as JSON with the sentence of every finding, for the operator. */
export function fullReportJson(report: Report) {
  const sentences = report.checks.flatMap((check) => check.findings.map(describeFinding))
  return { ...reportJson(report), sentences }
}

/** Formats the state of the ledger's chain as JSON, for the operator. */
export function chainJson({ containsHead, ...chain }: ChainReport) {
  return { ...chain, knowsHead: containsHead }
}
