import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { firstRowIdAfter } from '../../database/row-id.ts'
import { formatLongDuration, formatTime } from '../../i18n/text.ts'
import { second } from '../../time.ts'
import { type Retention, retention } from '../inventory/inventory.ts'
import { lastPurge } from '../purge/purge.ts'
import { isOnLegalHold } from '../registers/legal-holds.ts'
import type { Finding, RetentionState } from './verification.ts'

const step = 500

/** Every rule of the purge, and how it is kept. A row is overdue when two runs should have come since it was due. */
export async function retentionStates(app: App): Promise<RetentionState[]> {
  const lastRemoved = new Map(
    app.db
      .all(
        query
          .selectFrom('purge')
          .select(['rule', sql<number>`max(ran_at)`.as('at')])
          .groupBy('rule'),
      )
      .map(({ rule, at }) => [rule, at]),
  )
  const before = app.now() - patience(app)
  const kept: RetentionState[] = []
  for (const rule of retention) {
    const { overdue, oldest } = await countRule(app, rule, before - rule.after)
    const oldestDue = oldest === null ? null : oldest + rule.after
    kept.push({
      rule: rule.rule,
      promise: rule.promise,
      overdue,
      oldestDue,
      lastRemoved: lastRemoved.get(rule.rule) ?? null,
    })
  }
  return kept
}

/** What is wrong with how the rules are kept (P24, P25). */
export function lateFindings(app: App, kept: readonly RetentionState[]): Finding[] {
  const late = kept
    .filter(({ overdue }) => overdue > 0)
    .map(({ rule, overdue, oldestDue }): Finding => {
      const facts = { rule, rows: overdue, oldest: formatTime(oldestDue ?? app.now()) }
      return { key: 'verify.overdue', facts }
    })
  const last = lastPurge(app)
  if (last === undefined) return [{ key: 'verify.purgeNever', facts: {} }, ...late]
  if (Math.abs(app.now() - last) <= patience(app)) return late
  const facts = { last: formatTime(last), interval: formatLongDuration(app.config.purgeInterval) }
  return [{ key: 'verify.purgeLate', facts }, ...late]
}

// Two runs, and a little for a run to take.
function patience({ config }: App): number {
  return 2 * config.purgeInterval + 10 * second
}

interface Count {
  readonly overdue: number
  readonly oldest: number | null
}

async function countRule(app: App, rule: Retention, before: number): Promise<Count> {
  if (rule.table === 'account') return countAccounts(app, before)
  if (rule.due === 'replay_until') return countHeld(app, before)
  return walk(app, rule, before)
}

// What a legal hold keeps is not late (P23).
function countAccounts(app: App, before: number): Count {
  const due = query.selectFrom('account').select(['id', 'erase_due_at as at']).where('erase_due_at', 'is not', null)
  const moments = app.db.all(due).flatMap(({ id, at }) => (at === null || isOnLegalHold(app, id) ? [] : [at]))
  return { overdue: moments.filter((at) => at <= before).length, oldest: leastOf(moments) }
}

function countHeld(app: App, before: number): Count {
  const held = query.selectFrom('secret').select('replay_until as at').where('replay_until', 'is not', null)
  const moments = app.db.all(held).flatMap(({ at }) => at ?? [])
  return { overdue: moments.filter((at) => at <= before).length, oldest: leastOf(moments) }
}

async function walk(app: App, { table, due }: Retention, before: number): Promise<Count> {
  let [overdue, oldest]: [number, number | null] = [0, null]
  const number = sql.ref<number>('rowid')
  for (let from = 0; ; ) {
    const some = query
      .selectFrom(table)
      .select([number.as('id'), sql.ref<number>(due).as('at')])
      .where(number, '>', from)
      .where(number, '<', endOf(table, app.now()))
      .orderBy(number)
      .limit(step)
    const seen = app.db.first(
      query
        .selectFrom(some.as('some'))
        .select([
          sql<number | null>`max(some.id)`.as('last'),
          sql<number | null>`min(some.at)`.as('oldest'),
          sql<number>`coalesce(sum(some.at <= ${before}), 0)`.as('overdue'),
        ]),
    )
    if (!seen || seen.last === null) return { overdue, oldest }
    overdue += seen.overdue
    oldest = leastOf([oldest, seen.oldest])
    from = seen.last
    await new Promise((resolve) => setImmediate(resolve))
  }
}

// Where ids are in the order of expiry, no row after that moment can be due.
function endOf(table: Retention['table'], now: number): number {
  return table === 'secret' || table === 'receipt' ? firstRowIdAfter(now) : Number.MAX_SAFE_INTEGER
}

function leastOf(moments: readonly (number | null)[]): number | null {
  return moments.reduce((least, at) => (at === null || (least !== null && least <= at) ? least : at), null)
}
