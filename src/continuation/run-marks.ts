import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { beforeCommit, first, returned, run, type Unit } from '../database/unit.ts'
import { readErasures } from '../privacy/rights/erasures.ts'
import { firstMark, readRunFile, writeRunFile } from './run-file.ts'
import { writeWitness } from './witness.ts'

/** Draws a mark for the next run: 16 hexadecimal characters. */
export function drawRunMark({ random }: Pick<App, 'random'>): string {
  return random(8).toHex()
}

/** Returns the mark of the current run, of the one before, and when the instance last ran in agreed time. */
export function selectRunMarks() {
  return returned(query.selectFrom('instance').select(['run_mark', 'previous_run_mark', 'agreed_at']))
}

/**
 * Replaces the run mark in the database. The run file follows only after the commit, so that at any moment it has the
 * current or the previous mark. Only agreed time moves `agreed_at`, and only forward. Returns the number of rows written.
 */
export function storeRunMark(mark: string, agreedAt: number | null): Unit<number> {
  return run(
    query
      .updateTable('instance')
      .set(({ fn, ref, val }) => ({
        previous_run_mark: fn.coalesce(ref('run_mark'), val(firstMark)),
        run_mark: mark,
      }))
      .$if(agreedAt !== null, (update) =>
        update.set(({ ref, case: either, val }) => ({
          agreed_at: either().when('agreed_at', '>', agreedAt).then(ref('agreed_at')).else(val(agreedAt)).end(),
        })),
      ),
  )
}

/** Returns when the instance last ran in agreed time, or null if it is not known. */
export function* selectAgreedTime(): Unit<number | null> {
  return (yield* first(query.selectFrom('instance').select('agreed_at')))?.agreed_at ?? null
}

/** Stores the agreed time, also if it is earlier than before. */
export function storeAgreedTime(agreedAt: number): Unit<unknown> {
  return run(query.updateTable('instance').set({ agreed_at: agreedAt }))
}

/**
 * Writes the mark to the witness file and the run file, unless another process has stored a newer one since. The transaction
 * keeps other processes from storing one meanwhile.
 */
export async function recordRunMark(app: App, mark: string): Promise<void> {
  const database = await app.db.identity()
  await app.db.commit(function* () {
    const { run_mark } = yield* selectRunMarks()
    if (run_mark === mark) yield* beforeCommit(() => writeMark(app, mark, database))
  })
}

/** Moves the run mark: in the database first, then in the file. A suspended instance keeps its mark. */
export async function advanceRunMark(app: App): Promise<void> {
  if (app.continuation.suspension) return
  const mark = drawRunMark(app)
  const database = await app.db.identity()
  await app.db.commit(() => moveRunMark(app, mark, database))
  await recordRunMark(app, mark)
}

/**
 * Moves the run mark in the database, inside the caller's commit, which `recordRunMark` follows. `database` is its identity.
 * Returns the number of rows written.
 */
export function* moveRunMark(app: App, mark: string, database: string | null): Unit<number> {
  const { run_mark } = yield* selectRunMarks()
  yield* beforeCommit(() => catchUp(app, run_mark ?? firstMark, database))
  return yield* storeRunMark(mark, app.clock.agreedTime())
}

// A process that was killed may have left the file one mark behind. Two marks behind would be taken for a restore.
function catchUp(app: App, mark: string, database: string | null): void {
  if (readRunFile(app.config)?.mark !== mark) writeMark(app, mark, database)
}

function writeMark(app: App, mark: string, database: string | null): void {
  const hasWitness = writeWitness(app, { mark, erasures: readErasures(app) })
  writeRunFile(app.config, { mark, database, hasWitness })
}
