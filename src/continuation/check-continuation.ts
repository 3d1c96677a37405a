import type { App } from '../app.ts'
import { firstMark, readRunFile } from './run-file.ts'
import { selectRunMarks } from './run-marks.ts'
import type { Suspension, SuspensionReason } from './suspension.ts'

/**
 * Finds out whether an instance continues its own last run (P01). Otherwise it was restored or copied, and what is in its
 * database may have been opened, revoked or erased elsewhere. Changes nothing.
 */
export async function checkContinuation(app: Pick<App, 'config' | 'db' | 'now'>): Promise<Suspension | undefined> {
  const { marks, file } = await readMarks(app)
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

// Another process may move the mark meanwhile, so the file is read between two equal readings of the database.
async function readMarks(app: Pick<App, 'config' | 'db'>) {
  for (;;) {
    const marks = await app.db.read(selectRunMarks)
    const file = readRunFile(app.config)
    if ((await app.db.read(selectRunMarks)).run_mark === marks.run_mark) return { marks, file }
  }
}

function reasonOf(
  mark: string | null,
  file: ReturnType<typeof readRunFile>,
  marksAgree: boolean,
  database: string | null,
): SuspensionReason | undefined {
  // A new database, or one of a release without marks.
  if (mark === null) return file === undefined || file?.mark === firstMark ? undefined : 'restored'
  if (!file) return 'unmarked'
  if (!marksAgree) return 'restored'
  return file.database !== null && database !== null && file.database !== database ? 'copied' : undefined
}
