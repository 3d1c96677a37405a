import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, type Unit } from '../../database/unit.ts'
import { year } from '../../time.ts'
import { countOverdueComplaints } from './complaint-reminders.ts'
import { countLegalHolds } from './legal-holds.ts'

/** Counts for the transparency report: of the last twelve months, except `open`, `overdue` and `activeHolds`. */
export interface TransparencyReport {
  readonly complaints: number
  readonly answered: number
  readonly open: number
  readonly overdue: number
  readonly requests: number
  readonly requestsWithDisclosure: number
  readonly accountsAffected: number
  readonly holds: number
  readonly activeHolds: number
}

/**
 * Counts what the transparency report shows. A legal request under a gag order is counted when the order ends, because
 * the number alone could reveal what the law forbids to tell.
 */
export function createTransparencyReport(app: App): Promise<TransparencyReport> {
  return app.db.read(() => collectReport(app))
}

function* collectReport(app: App): Unit<TransparencyReport> {
  const since = app.now() - year
  const complaints = yield* all(
    query.selectFrom('message').select(['received_at', 'answered_at']).where('kind', '=', 'complaint'),
  )
  const disclosures = query.selectFrom('disclosure').select(['id', 'given', 'recorded_at', 'barred_until'])
  const requests = (yield* all(disclosures))
    .filter(({ barred_until }) => barred_until === null || barred_until <= app.now())
    .filter(({ recorded_at, barred_until }) => (barred_until ?? recorded_at) > since)
  const subjects = yield* all(query.selectFrom('disclosure_subject').select('disclosure_id'))
  const holds = query.selectFrom('legal_hold').select('id').where('confirmed_at', '>', since)
  return {
    complaints: complaints.filter(({ received_at }) => received_at > since).length,
    answered: complaints.filter(({ answered_at }) => (answered_at ?? 0) > since).length,
    open: complaints.filter(({ answered_at }) => answered_at === null).length,
    overdue: yield* countOverdueComplaints(app),
    requests: requests.length,
    requestsWithDisclosure: requests.filter(({ given }) => given !== null).length,
    accountsAffected: subjects.filter(({ disclosure_id }) => requests.some(({ id }) => id === disclosure_id)).length,
    holds: (yield* all(holds)).length,
    activeHolds: yield* countLegalHolds(app),
  }
}
