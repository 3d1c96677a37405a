import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { formatLongDuration, formatTime } from '../../i18n/text.ts'
import { second } from '../../time.ts'
import { type RetentionRule, retentionRules } from '../inventory/retention-rules.ts'
import { lastPurgeAt } from '../purge/ledger-queries.ts'
import { scanTable } from '../purge/scan.ts'
import { isOnLegalHold } from '../registers/legal-holds.ts'
import type { Finding, RetentionState } from './verification.ts'

/** Returns the state of every retention rule. A row is overdue if two runs of the purge should have happened since it was due. */
export async function retentionStates(app: App): Promise<RetentionState[]> {
  const lastRemoved = readLastRemoved(app)
  const overdueBefore = app.now() - tolerance(app)
  const states: RetentionState[] = []
  for (const rule of retentionRules) {
    const { overdue, earliest } = await countOverdue(app, rule, overdueBefore - rule.delay)
    states.push({
      rule: rule.name,
      promise: rule.promise,
      overdue,
      oldestDue: earliest === null ? null : earliest + rule.delay,
      lastRemoved: lastRemoved.get(rule.name) ?? null,
    })
  }
  return states
}

/** Finds rules with overdue rows, and a purge that is late or never ran (P24, P25). */
export function checkRetention(app: App, states: readonly RetentionState[]): Finding[] {
  const overdue = states
    .filter((state) => state.overdue > 0)
    .map(({ rule, overdue, oldestDue }): Finding => {
      const facts = { rule, rows: overdue, oldest: formatTime(oldestDue ?? app.now()) }
      return { key: 'verify.overdue', facts }
    })
  const last = lastPurgeAt(app)
  if (last === undefined) return [{ key: 'verify.purgeNever', facts: {} }, ...overdue]
  if (Math.abs(app.now() - last) <= tolerance(app)) return overdue
  const facts = { last: formatTime(last), interval: formatLongDuration(app.config.purgeInterval) }
  return [{ key: 'verify.purgeLate', facts }, ...overdue]
}

// Two intervals, and a little time for a run to finish.
function tolerance({ config }: App): number {
  return 2 * config.purgeInterval + 10 * second
}

function readLastRemoved({ db }: App): Map<string, number> {
  const last = query
    .selectFrom('purge')
    .select(['rule', sql<number>`max(ran_at)`.as('at')])
    .groupBy('rule')
  return new Map(db.all(last).map(({ rule, at }) => [rule, at]))
}

interface Count {
  readonly overdue: number
  /** The earliest moment in the due column. */
  readonly earliest: number | null
}

async function countOverdue(app: App, rule: RetentionRule, dueBefore: number): Promise<Count> {
  if (rule.table === 'account') return countMoments(closedAccounts(app), dueBefore)
  if (rule.dueColumn === 'replay_until') return countMoments(replayWindows(app), dueBefore)
  let [overdue, earliest]: [number, number | null] = [0, null]
  for await (const batch of scanTable(app, rule, dueBefore)) {
    overdue += batch.due
    earliest = earliestOf([earliest, batch.earliest])
  }
  return { overdue, earliest }
}

// An account on legal hold is not overdue (P23).
function closedAccounts(app: App): number[] {
  const closed = query.selectFrom('account').select(['id', 'erase_due_at as at']).where('erase_due_at', 'is not', null)
  return app.db.all(closed).flatMap(({ id, at }) => (at === null || isOnLegalHold(app, id) ? [] : [at]))
}

function replayWindows({ db }: App): number[] {
  const open = query.selectFrom('secret').select('replay_until as at').where('replay_until', 'is not', null)
  return db.all(open).flatMap(({ at }) => at ?? [])
}

function countMoments(moments: readonly number[], dueBefore: number): Count {
  return { overdue: moments.filter((at) => at <= dueBefore).length, earliest: earliestOf(moments) }
}

function earliestOf(moments: readonly (number | null)[]): number | null {
  return moments.reduce((earliest, at) => (at === null || (earliest !== null && earliest <= at) ? earliest : at), null)
}
