import type { App } from '../../app.ts'
import { deleteMigrationCopies } from '../../backup/migration-copies.ts'
import { deleteStagingFolders } from '../../backup/staging-folder.ts'
import { AppError } from '../../errors.ts'
import { type RetentionRule, retentionRules } from '../inventory/retention-rules.ts'
import { type Deletion, deleteDueRows } from './delete-due-rows.ts'
import { eraseTraces } from './erase-traces.ts'
import { appendEntry } from './ledger.ts'
import { pruneLedger } from './prune-ledger.ts'

/** What one run of the purge deleted: the number of rows in total, and by rule name. */
export interface PurgeRun {
  readonly removed: number
  readonly byRule: Readonly<Record<string, number>>
}

/**
 * Deletes everything that is due under the retention rules (P24), in small commits so that requests are served between
 * them; records it in the ledger (P25); then erases the traces from the database file and its log, and old copies from before
 * migrations. `dueAt` is when the run was scheduled. Throws `clock_frozen` if what is due cannot be told.
 */
export async function purge(app: App, dueAt: number): Promise<PurgeRun> {
  if (app.clock.isFrozen) throw new AppError('clock_frozen')
  const ranAt = app.now()
  const wasClean = app.purgeState.cleanCounter === (await app.db.changeCounter())
  const byRule: Record<string, number> = {}
  let oldestDue: number | null = null
  for (const rule of retentionRules) {
    const deletion = await applyRule(app, rule, dueAt)
    if (deletion.oldestDue === null) continue
    oldestDue = Math.min(oldestDue ?? deletion.oldestDue, deletion.oldestDue)
    byRule[rule.name] = deletion.removed
  }
  const removed = Object.values(byRule).reduce((sum, count) => sum + count, 0)
  const entry = { rule: 'run', due_at: dueAt, ran_at: ranAt, removed, oldest_due_at: oldestDue }
  await eraseTraces(app, wasClean && removed === 0, entry)
  deleteMigrationCopies(app)
  deleteStagingFolders(app)
  app.diskSpace.restoreBallast()
  return { removed, byRule }
}

/**
 * Deletes the secrets whose replay window has ended; they cannot wait for the next run of the purge (P24). Not even if the
 * clock is frozen: they were opened already.
 */
export async function purgeEndedReplays(app: App, dueAt: number): Promise<void> {
  for (const rule of retentionRules) if (rule.dueColumn === 'replay_until') await applyRule(app, rule, dueAt)
}

async function applyRule(app: App, rule: RetentionRule, dueAt: number): Promise<Deletion> {
  if (rule.table === 'purge') return pruneLedger(app, rule, dueAt)
  const ranAt = app.now()
  const { removed, oldestDue } = await deleteDueRows(app, rule)
  if (oldestDue === null) return { removed, oldestDue }
  if (rule.table === 'secret' && rule.dueColumn === 'expires_at') app.counters.expired(removed)
  const entry = { rule: rule.name, due_at: dueAt, ran_at: ranAt, removed, oldest_due_at: oldestDue }
  await app.db.commit(() => appendEntry(entry))
  return { removed, oldestDue }
}
