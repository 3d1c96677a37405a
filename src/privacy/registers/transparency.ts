import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { year } from '../../time.ts'
import { countOverdueComplaints } from './complaints.ts'
import { countLegalHolds } from './legal-holds.ts'

/** What the operator answers for, in numbers; of the last twelve months where nothing else is said. */
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
 * The numbers of the transparency page. An order whose notice is barred is counted when the bar has ended: before, its
 * number could tell what the law forbids to tell.
 */
export function createTransparencyReport(app: App): TransparencyReport {
  const since = app.now() - year
  const complaints = app.db.all(
    query.selectFrom('message').select(['received_at', 'answered_at']).where('kind', '=', 'complaint'),
  )
  const orders = app.db
    .all(query.selectFrom('disclosure').select(['id', 'given', 'recorded_at', 'barred_until']))
    .filter(({ barred_until }) => barred_until === null || barred_until <= app.now())
    .filter(({ recorded_at, barred_until }) => (barred_until ?? recorded_at) > since)
  const concerned = app.db.all(query.selectFrom('disclosure_subject').select('disclosure_id'))
  const holds = query.selectFrom('legal_hold').select('id').where('confirmed_at', '>', since)
  return {
    complaints: complaints.filter(({ received_at }) => received_at > since).length,
    answered: complaints.filter(({ answered_at }) => (answered_at ?? 0) > since).length,
    open: complaints.filter(({ answered_at }) => answered_at === null).length,
    overdue: countOverdueComplaints(app),
    requests: orders.length,
    requestsWithDisclosure: orders.filter(({ given }) => given !== null).length,
    accountsAffected: concerned.filter(({ disclosure_id }) => orders.some(({ id }) => id === disclosure_id)).length,
    holds: app.db.all(holds).length,
    activeHolds: countLegalHolds(app),
  }
}
