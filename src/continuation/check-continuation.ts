import type { App } from '../app.ts'
import { readRunFile } from './run-file.ts'
import { selectRunMarks } from './run-marks.ts'
import type { Suspension, SuspensionReason } from './suspension.ts'

/**
 * Finds out whether an instance continues its own last run (P01). Otherwise it was restored or copied, and what is in its
 * database may have been opened, revoked or erased elsewhere. Changes nothing.
 */
export async function checkContinuation(app: Pick<App, 'config' | 'db' | 'now'>): Promise<Suspension | undefined> {
  const marks = await app.db.read(selectRunMarks)
  const file = readRunFile(app.config)
  const marksAgree = file != null && [marks.run_mark, marks.previous_run_mark].includes(file.mark)
  const reason = reasonOf(marks.run_mark, file, marksAgree, await app.db.identity())
  if (!reason) return undefined
  return {
    reason,
    mark: marks.run_mark ?? 'none',
    detectedAt: app.now(),
    unaccountedFrom: marks.agreed_at,
    marksAgree,
  }
}

function reasonOf(
  mark: string | null,
  file: ReturnType<typeof readRunFile>,
  marksAgree: boolean,
  database: string | null,
): SuspensionReason | undefined {
  // A new database, or one of a release without marks.
  if (mark === null) return file === undefined ? undefined : 'restored'
  if (!file) return 'unmarked'
  if (!marksAgree) return 'restored'
  return file.database !== null && database !== null && file.database !== database ? 'copied' : undefined
}
