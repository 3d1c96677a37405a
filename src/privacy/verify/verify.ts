import type { App } from '../../app.ts'
import { text } from '../../i18n/text.ts'
import { verifyChain } from '../purge/verify-chain.ts'
import { checkCookies, checkHeaders, checkPages } from './check-responses.ts'
import { checkRetention, retentionStates } from './check-retention.ts'
import {
  checkClock,
  checkDatabaseSettings,
  checkLedger,
  checkRestorations,
  checkSchema,
  checkServices,
  checkStamp,
  checkTraces,
  checkTransport,
} from './check-store.ts'
import type { InProcessClient } from './in-process-client.ts'
import type { Check, Finding, Report } from './verification.ts'

/**
 * Compares what the instance stores, sends and does with the inventory. Changes nothing, and works in small steps so that
 * requests are served between them.
 */
export async function verify(app: App, client: InProcessClient): Promise<Report> {
  const ledger = await verifyChain(app)
  const retention = await retentionStates(app)
  const checks: Check[] = [
    { title: 'check.schema', promise: 'P04', findings: await checkSchema(app) },
    { title: 'check.headers', promise: 'P30', findings: await checkHeaders(app, client) },
    { title: 'check.cookies', promise: 'P16', findings: await checkCookies(app, client) },
    { title: 'check.pages', promise: 'P31', findings: await checkPages(client) },
    { title: 'check.retention', promise: 'P24', findings: await checkRetention(app, retention) },
    { title: 'check.clock', promise: 'P24', findings: checkClock(app) },
    { title: 'check.traces', promise: 'P24', findings: await checkTraces(app) },
    { title: 'check.ledger', promise: 'P25', findings: checkLedger(ledger) },
    { title: 'check.stamp', promise: 'P17', findings: await checkStamp(app) },
    { title: 'check.continuation', promise: 'P01', findings: await checkRestorations(app) },
    { title: 'check.services', promise: 'P19', findings: await checkServices(app) },
    { title: 'check.transport', promise: 'P30', findings: checkTransport(app) },
    { title: 'check.databaseSettings', promise: 'P24', findings: await checkDatabaseSettings(app) },
  ]
  const isKept = checks.every(({ findings }) => findings.every(({ isWarning }) => isWarning))
  return { at: app.now(), isKept, checks, retention, ledger }
}

/** Returns the state of a check: `warned` if all findings are warnings, `broken` if any is more. */
export function stateOf({ findings }: Check): 'kept' | 'warned' | 'broken' {
  if (findings.length === 0) return 'kept'
  return findings.every(({ isWarning }) => isWarning) ? 'warned' : 'broken'
}

/** Returns the sentence that describes a finding. */
export function describeFinding({ key, facts }: Finding): string {
  return text(key, facts)
}
