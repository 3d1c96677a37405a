import type { App } from '../app.ts'
import type { Facts } from '../errors.ts'
import { type TextKey, text } from '../i18n/text.ts'
import { type Chain, verifyChain } from './ledger.ts'
import { type Kept, keepsOf, lateFindings } from './overdue.ts'
import { checkCookies, checkHeaders, checkPages } from './verify-answers.ts'
import {
  checkLedger,
  checkPragmas,
  checkSchema,
  checkServices,
  checkStamp,
  checkTraces,
  checkTransport,
} from './verify-store.ts'

/** The instance as anybody meets it: the pages that need no key, and a way to ask. */
export interface Self {
  readonly pages: readonly string[]
  ask(path: string, init?: RequestInit): Promise<Response>
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
  readonly retention: readonly Kept[]
  readonly ledger: Chain
}

/**
 * Compares what the instance is and does with what promises.ts says. It changes nothing, and looks in small steps, so
 * that a server can do it between requests.
 */
export async function verify(app: App, self: Self): Promise<Report> {
  const ledger = await verifyChain(app)
  const retention = await keepsOf(app)
  const checks: Check[] = [
    { title: 'check.schema', promise: 'P04', findings: checkSchema(app) },
    { title: 'check.headers', promise: 'P30', findings: await checkHeaders(app, self) },
    { title: 'check.cookies', promise: 'P16', findings: await checkCookies(app, self) },
    { title: 'check.pages', promise: 'P31', findings: await checkPages(self) },
    { title: 'check.retention', promise: 'P24', findings: lateFindings(app, retention) },
    { title: 'check.traces', promise: 'P24', findings: checkTraces(app) },
    { title: 'check.ledger', promise: 'P25', findings: checkLedger(ledger) },
    { title: 'check.stamp', promise: 'P17', findings: checkStamp(app) },
    { title: 'check.services', promise: 'P19', findings: checkServices(app) },
    { title: 'check.transport', promise: 'P30', findings: checkTransport(app) },
    { title: 'check.pragmas', promise: 'P24', findings: checkPragmas(app) },
  ]
  const isKept = checks.every(({ findings }) => findings.every(({ isWarning }) => isWarning))
  return { at: app.now(), isKept, checks, retention, ledger }
}

/** How a check went. */
export function stateOf({ findings }: Check): 'kept' | 'warned' | 'broken' {
  if (findings.length === 0) return 'kept'
  return findings.every(({ isWarning }) => isWarning) ? 'warned' : 'broken'
}

/** The plain sentence of a finding. */
export function sentenceOf({ key, facts }: Finding): string {
  return text(key, facts)
}
