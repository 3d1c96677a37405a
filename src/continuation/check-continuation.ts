import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { first } from '../database/unit.ts'
import { firstMark, readRunFile } from './run-file.ts'
import { selectRunMarks } from './run-marks.ts'
import type { Suspension, SuspensionReason } from './suspension.ts'
import { readWitness, type Witness } from './witness.ts'

/**
 * Finds out whether an instance continues its own last run (P01). Otherwise it was restored or copied, and what is in its
 * database may have been opened, revoked or erased elsewhere. Changes nothing.
 */
export async function checkContinuation(app: Pick<App, 'config' | 'db' | 'now'>): Promise<Suspension | undefined> {
  const { marks, file, witness } = await readMarks(app)
  const marksAgree = file != null && [marks.run_mark, marks.previous_run_mark].includes(file.mark)
  const isOlder = isOlderThanWitness(marks, file, witness)
  const reason = isOlder ? 'restored' : reasonOf(marks.run_mark, file, marksAgree, await app.db.identity())
  if (!reason) return undefined
  return {
    reason,
    mark: marks.run_mark ?? 'none',
    detectedAt: await detectionTime(app),
    unaccountedFrom: marks.agreed_at,
    marksAgree: marksAgree && !isOlder,
  }
}

// Another process may move the mark meanwhile, so the files are read between two equal readings of the database.
async function readMarks(app: Pick<App, 'config' | 'db'>) {
  for (;;) {
    const marks = await app.db.read(selectRunMarks)
    const file = readRunFile(app.config)
    const witness = readWitness(app.config)
    if ((await app.db.read(selectRunMarks)).run_mark === marks.run_mark) return { marks, file, witness }
  }
}

// After everything in the database, even if the clock was set back since.
async function detectionTime({ db, now }: Pick<App, 'db' | 'now'>): Promise<number> {
  const newest = await db.read(() =>
    first(query.selectFrom('receipt').select(({ fn }) => fn.max('created_at').as('created_at'))),
  )
  return Math.max(now(), (newest?.created_at ?? 0) + 1)
}

// A witness that could not be written the last time says nothing.
function isOlderThanWitness(
  { run_mark, previous_run_mark }: { readonly run_mark: string | null; readonly previous_run_mark: string | null },
  file: ReturnType<typeof readRunFile>,
  witness: Witness | undefined,
): boolean {
  return witness !== undefined && file?.hasWitness !== false && ![run_mark, previous_run_mark].includes(witness.mark)
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
