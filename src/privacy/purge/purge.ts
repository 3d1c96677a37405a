import { sql } from 'kysely'
import { eraseAccounts } from '../../accounts/closing/erase-accounts.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { firstRowIdAfter } from '../../database/row-id.ts'
import { type Retention, retention } from '../inventory/inventory.ts'
import { append, type Entry, removeOldEntries, tracesErasedAt } from './ledger.ts'

const step = 500

/** What one run of the purge did. */
export interface PurgeRun {
  readonly removed: number
  readonly byRule: Readonly<Record<string, number>>
}

/**
 * Destroys all that is due by the rules of promises.ts (P24), in small commits, so that requests go on between them;
 * writes the ledger (P25); then erases the traces in the file and its log, so that no destroyed byte stays.
 */
export async function purge(app: App, dueAt: number): Promise<PurgeRun> {
  const ranAt = app.now()
  const isClean = app.purgeState.cleanAt === app.db.changeCounter()
  const byRule: Record<string, number> = {}
  let oldest: number | null = null
  for (const rule of retention) {
    const done = await apply(app, rule, dueAt)
    if (!done) continue
    oldest = Math.min(oldest ?? done.oldestDue, done.oldestDue)
    byRule[rule.rule] = done.removed
  }
  const removed = Object.values(byRule).reduce((sum, count) => sum + count, 0)
  const run = { rule: 'run', due_at: dueAt, ran_at: ranAt, removed, oldest_due_at: oldest }
  await eraseTraces(app, isClean && removed === 0, run)
  app.space.restore()
  return { removed, byRule }
}

/** Destroys what was held for a repeat and is held no longer: too soon due to wait for the next run of the purge (P24). */
export async function purgeEndedReplays(app: App, dueAt: number): Promise<void> {
  for (const rule of retention) if (rule.due === 'replay_until') await apply(app, rule, dueAt)
}

async function apply(app: App, rule: Retention, dueAt: number) {
  if (rule.table === 'purge') return removeOldEntries(app, rule, dueAt)
  const ranAt = app.now()
  const { removed, oldestDue } = await remove(app, rule)
  if (oldestDue === null) return undefined
  if (rule.table === 'secret' && rule.due === 'expires_at') app.counters.expired(removed)
  await writeLedger(app, { rule: rule.rule, due_at: dueAt, ran_at: ranAt, removed, oldest_due_at: oldestDue })
  return { oldestDue, removed }
}

function remove(app: App, rule: Retention): Promise<Removed> {
  if (rule.table === 'account') return eraseAccounts(app)
  return rule.due === 'replay_until' ? removeEndedReplays(app, rule) : walk(app, rule)
}

interface Removed {
  readonly removed: number
  readonly oldestDue: number | null
}

// Looked for every second, so these few rows have an index of their own.
async function removeEndedReplays(app: App, { table, due }: Retention): Promise<Removed> {
  const held = sql.ref<number>(due)
  if (!app.db.first(query.selectFrom(table).select(held.as('at')).where(held, '<=', app.now()).limit(1)))
    return { removed: 0, oldestDue: null }
  const removal = query.deleteFrom(table).where(held, '<=', app.now()).returning(held.as('at'))
  const rows = await app.db.commit(() => app.db.all(removal))
  return { removed: rows.length, oldestDue: rows.length === 0 ? null : Math.min(...rows.map(({ at }) => at)) }
}

// The table is walked a step at a time, with other work in between: an index by due moment would cost every create and
// every reveal more than this costs once in a while.
async function walk(app: App, rule: Retention): Promise<Removed> {
  let removed = 0
  let oldestDue: number | null = null
  for (let from = 0; ; ) {
    const { last, oldest } = look(app, rule, from)
    if (last === null) return { removed, oldestDue }
    if (oldest === null) await new Promise((resolve) => setImmediate(resolve))
    else {
      removed += await removeBetween(app, rule, from, last)
      oldestDue = Math.min(oldestDue ?? Number.POSITIVE_INFINITY, oldest + rule.after)
    }
    from = last
  }
}

function look(app: App, { table, due, after }: Retention, from: number) {
  const id = sql.ref<number>('rowid')
  const some = query
    .selectFrom(table)
    .select([id.as('id'), sql.ref<number>(due).as('at')])
    .where(id, '>', from)
    .where(id, '<', endOf(table, app.now()))
    .orderBy(id)
    .limit(step)
  const before = app.now() - after
  const seen = query
    .selectFrom(some.as('some'))
    .select([
      sql<number | null>`max(some.id)`.as('last'),
      sql<number | null>`min(case when some.at <= ${before} then some.at end)`.as('oldest'),
    ])
  return app.db.first(seen) ?? { last: null, oldest: null }
}

// Where ids are in the order of expiry, no row after that moment can be due.
function endOf(table: Retention['table'], now: number): number {
  return table === 'secret' || table === 'receipt' ? firstRowIdAfter(now) : Number.MAX_SAFE_INTEGER
}

async function removeBetween(app: App, { table, due, after }: Retention, from: number, last: number): Promise<number> {
  const id = sql.ref<number>('rowid')
  const remove = query
    .deleteFrom(table)
    .where(id, '>', from)
    .where(id, '<=', last)
    .where(sql.ref<number>(due), '<=', app.now() - after)
  return (await app.db.commit(() => app.db.run(remove))).changes
}

/** When the last run of the purge was, or nothing before the first. */
export function lastPurge(app: App): number | undefined {
  return app.db.first(
    query.selectFrom('purge').select('ran_at').where('rule', '=', 'run').orderBy('id', 'desc').limit(1),
  )?.ran_at
}

// Where nothing came or went since the file was last written anew, it is left alone. The entry of the run says whether
// the traces are gone; it is written before the log is emptied, and is all that may have come since.
async function eraseTraces(app: App, isClean: boolean, run: Entry): Promise<void> {
  const isErased = isClean || app.db.vacuum()
  const before = app.db.changeCounter()
  const [found, left] = await app.db.commit(() => {
    const found = app.db.changeCounter()
    append(app, { ...run, erased_at: isErased ? run.ran_at : (tracesErasedAt(app) ?? null) })
    return [found, app.db.changeCounter()]
  })
  app.db.truncateLog()
  if (isErased && found === before && left === app.db.changeCounter()) app.purgeState.cleanAt = left
}

async function writeLedger(app: App, entry: Entry) {
  await app.db.commit(() => append(app, entry))
}
