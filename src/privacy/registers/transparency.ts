import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { year } from '../../time.ts'
import { overdueComplaints } from './complaints.ts'
import { countLegalHolds } from './legal-holds.ts'

/** What the operator answers for, in numbers; of the last twelve months where nothing else is said. */
export interface Transparency {
  readonly complaints: number
  readonly answered: number
  readonly waiting: number
  readonly overdue: number
  readonly orders: number
  readonly ordersFollowed: number
  readonly accountsConcerned: number
  readonly holds: number
  readonly holdsNow: number
}

/**
 * The numbers of the transparency page. An order whose notice is barred is counted when the bar has ended: before, its
 * number could tell what the law forbids to tell.
 */
export function transparencyOf(app: App): Transparency {
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
    waiting: complaints.filter(({ answered_at }) => answered_at === null).length,
    overdue: overdueComplaints(app),
    orders: orders.length,
    ordersFollowed: orders.filter(({ given }) => given !== null).length,
    accountsConcerned: concerned.filter(({ disclosure_id }) => orders.some(({ id }) => id === disclosure_id)).length,
    holds: app.db.all(holds).length,
    holdsNow: countLegalHolds(app),
  }
}
