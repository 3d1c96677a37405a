import type { App } from '../app.ts'
import { advanceRunMark, storeAgreedTime } from '../continuation/run-marks.ts'

/** The time before the wall clock was accepted, and the time after it. */
export interface AcceptedClock {
  readonly before: number
  readonly after: number
}

/**
 * Makes the wall clock the agreed time, also backwards, and ends a freeze: what is due by it is deleted at the next run of
 * the purge. Works on a running instance and on a stopped one.
 */
export async function acceptClock(app: App): Promise<AcceptedClock> {
  const before = app.now()
  app.clock.accept()
  const after = app.now()
  await app.db.commit(() => storeAgreedTime(after))
  await advanceRunMark(app)
  return { before, after }
}
