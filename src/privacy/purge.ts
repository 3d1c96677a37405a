import { sql } from 'kysely'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { type Retention, retention } from './promises.ts'

const rowsAtOnce = 500

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
  const byRule: Record<string, number> = {}
  let oldest: number | null = null
  for (const rule of retention) {
    const done = await apply(app, rule, dueAt)
    if (!done) continue
    oldest = Math.min(oldest ?? done.oldestDue, done.oldestDue)
    byRule[rule.rule] = done.removed
  }
  const removed = Object.values(byRule).reduce((sum, count) => sum + count, 0)
  await writeLedger(app, { rule: 'run', due_at: dueAt, ran_at: ranAt, removed, oldest_due_at: oldest })
  eraseTraces(app)
  app.space.restore()
  return { removed, byRule }
}

/** Destroys what was held for a repeat and is held no longer: too soon due to wait for the next run of the purge (P24). */
export async function destroyHeld(app: App, dueAt: number): Promise<void> {
  for (const rule of retention) if (rule.due === 'held_until') await apply(app, rule, dueAt)
}

async function apply(app: App, rule: Retention, dueAt: number) {
  const ranAt = app.now()
  const oldestDue = oldestOverdue(app, rule)
  if (oldestDue === null) return undefined
  const removed = await removeDue(app, rule)
  await writeLedger(app, { rule: rule.rule, due_at: dueAt, ran_at: ranAt, removed, oldest_due_at: oldestDue })
  return { oldestDue, removed }
}

/** When the last run of the purge was, or nothing before the first. */
export function lastPurge(app: App): number | undefined {
  return app.db.first(
    query.selectFrom('purge').select('ran_at').where('rule', '=', 'run').orderBy('id', 'desc').limit(1),
  )?.ran_at
}

/** The due moment of the row that waits longest, or null where nothing is due. */
export function oldestOverdue(app: App, { table, due, after }: Retention): number | null {
  const before = app.now() - after
  const oldest = app.db.first(
    query
      .selectFrom(table)
      .select((select) => select.fn.min(sql.ref<number>(due)).as('at'))
      .where(sql.ref<number>(due), '<=', before),
  )?.at
  return oldest === undefined || oldest === null ? null : oldest + after
}

async function removeDue(app: App, { table, due, after }: Retention): Promise<number> {
  const id = table === 'repeat' ? 'lookup' : 'id'
  let removed = 0
  for (;;) {
    const some = query
      .selectFrom(table)
      .select(sql.ref(id).as('id'))
      .where(sql.ref<number>(due), '<=', app.now() - after)
      .limit(rowsAtOnce)
    const { changes } = await app.db.commit(() => app.db.run(query.deleteFrom(table).where(sql.ref(id), 'in', some)))
    removed += changes
    if (changes < rowsAtOnce) return removed
  }
}

const clean = new WeakMap<App, string>()

// Where nothing came or went since the file was last written anew, it is left alone.
function eraseTraces(app: App): void {
  const newest = app.db.first(query.selectFrom('receipt').select(({ fn }) => fn.max('id').as('id')))
  const counts = (['secret', 'receipt', 'repeat'] as const).map((table) =>
    app.db.first(query.selectFrom(table).select(({ fn }) => fn.countAll().as('rows'))),
  )
  const holds = JSON.stringify([newest, ...counts])
  if (clean.get(app) !== holds && app.db.rewrite()) clean.set(app, holds)
  app.db.truncateLog()
}

async function writeLedger(
  app: App,
  row: { rule: string; due_at: number; ran_at: number; removed: number; oldest_due_at: number | null },
) {
  await app.db.commit(() => app.db.run(query.insertInto('purge').values(row)))
}
