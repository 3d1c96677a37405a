import { basename } from 'node:path'
import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { listMigrationCopies } from '../../backup/migration-copies.ts'
import { query } from '../../database/query.ts'
import { all } from '../../database/unit.ts'
import { formatLongDuration, formatTime } from '../../i18n/text.ts'
import { second } from '../../time.ts'
import { backupRetention } from '../inventory/periods.ts'
import { type RetentionRule, retentionRules } from '../inventory/retention-rules.ts'
import { lastPurgeAt } from '../purge/ledger-queries.ts'
import { scanTable } from '../purge/scan.ts'
import { isOnLegalHold } from '../registers/legal-holds.ts'
import type { Finding, RetentionState } from './verification.ts'

/** Returns the state of every retention rule. A row is overdue if two runs of the purge should have happened since it was due. */
export async function retentionStates(app: App): Promise<RetentionState[]> {
  const lastRemoved = await readLastRemoved(app)
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

/** Finds rules with overdue rows, backups that should be deleted, and a purge that is late or never ran (P24, P25). */
export async function checkRetention(app: App, states: readonly RetentionState[]): Promise<Finding[]> {
  const overdueRows = states
    .filter((state) => state.overdue > 0)
    .map(({ rule, overdue, oldestDue }): Finding => {
      const facts = { rule, rows: overdue, oldest: formatTime(oldestDue ?? app.now()) }
      return { key: 'verify.overdue', facts }
    })
  const overdue = [...overdueRows, ...overdueCopies(app)]
  const last = await lastPurgeAt(app)
  if (last === undefined) return [{ key: 'verify.purgeNever', facts: {} }, ...overdue]
  if (Math.abs(app.now() - last) <= tolerance(app)) return overdue
  const facts = { last: formatTime(last), interval: formatLongDuration(app.config.purgeInterval) }
  return [{ key: 'verify.purgeLate', facts }, ...overdue]
}

function overdueCopies(app: App): Finding[] {
  return listMigrationCopies(app.config)
    .filter(({ madeOn }) => madeOn + backupRetention < app.now() - tolerance(app))
    .map(({ path }) => ({ key: 'verify.backupOverdue', facts: { name: basename(path) } }))
}

// Two intervals, and a little time for a run to finish.
function tolerance({ config }: App): number {
  return 2 * config.purgeInterval + 10 * second
}

async function readLastRemoved({ db }: App): Promise<Map<string, number>> {
  const last = query
    .selectFrom('purge')
    .select(['rule', sql<number>`max(ran_at)`.as('at')])
    .groupBy('rule')
  return new Map((await db.read(() => all(last))).map(({ rule, at }) => [rule, at]))
}

interface Count {
  readonly overdue: number
  /** The earliest moment in the due column. */
  readonly earliest: number | null
}

async function countOverdue(app: App, rule: RetentionRule, dueBefore: number): Promise<Count> {
  if (rule.table === 'account') return countMoments(await closedAccounts(app), dueBefore)
  if (rule.dueColumn === 'replay_until') return countMoments(await replayWindows(app), dueBefore)
  let [overdue, earliest]: [number, number | null] = [0, null]
  for await (const batch of scanTable(app, rule, dueBefore)) {
    overdue += batch.due
    earliest = earliestOf([earliest, batch.earliest])
  }
  return { overdue, earliest }
}

// An account on legal hold is not overdue (P23).
async function closedAccounts(app: App): Promise<number[]> {
  const closed = query.selectFrom('account').select(['id', 'erase_due_at as at']).where('erase_due_at', 'is not', null)
  return app.db.read(function* () {
    const moments: number[] = []
    for (const { id, at } of yield* all(closed)) if (at !== null && !(yield* isOnLegalHold(app, id))) moments.push(at)
    return moments
  })
}

async function replayWindows({ db }: App): Promise<number[]> {
  const open = query.selectFrom('secret').select('replay_until as at').where('replay_until', 'is not', null)
  return (await db.read(() => all(open))).flatMap(({ at }) => at ?? [])
}

function countMoments(moments: readonly number[], dueBefore: number): Count {
  return { overdue: moments.filter((at) => at <= dueBefore).length, earliest: earliestOf(moments) }
}

function earliestOf(moments: readonly (number | null)[]): number | null {
  return moments.reduce((earliest, at) => (at === null || (earliest !== null && earliest <= at) ? earliest : at), null)
}
