import type { App } from '../app.ts'
import { reportClock } from '../clock/report-clock.ts'
import { advanceRunMark } from '../continuation/run-marks.ts'
import { deliverDueMail } from '../mail/deliver.ts'
import { purge, purgeEndedReplays } from '../privacy/purge/purge.ts'
import { sendReminders } from '../privacy/registers/deadlines.ts'
import { flushCounters } from '../privacy/statistics/store-counters.ts'
import { minute, second } from '../time.ts'

/** A recurring job. */
export interface Job {
  /** The name in the log line of a failed run. */
  readonly name: string
  /** Milliseconds between two runs; less than 2^31, above which a timer would fire at once. */
  intervalMs(app: App): number
  /** Whether it also runs while the instance is suspended (see continuation/). */
  readonly whileSuspended?: true
  run(app: App, now: number): Promise<unknown>
}

/** All recurring jobs of the server. */
export const timetable: readonly Job[] = [
  { name: 'clock', intervalMs: () => second, whileSuspended: true, run: async (app) => reportClock(app) },
  { name: 'purge', intervalMs: (app) => app.config.purgeInterval, run: runPurge },
  { name: 'replays', intervalMs: () => second, run: purgeEndedReplays },
  { name: 'statistics', intervalMs: () => minute, whileSuspended: true, run: flushCounters },
  { name: 'log files', intervalMs: () => minute, run: async (app) => app.log.rotate() },
  { name: 'checkpoint', intervalMs: () => second, whileSuspended: true, run: (app) => app.db.checkpoint() },
  { name: 'deadlines', intervalMs: () => minute, run: sendReminders },
  { name: 'mail', intervalMs: () => 5 * second, run: deliverDueMail },
]

// While the clock is frozen, nothing is deleted, but the run mark still moves.
async function runPurge(app: App, now: number): Promise<void> {
  await (app.clock.isFrozen ? advanceRunMark(app) : purge(app, now)).finally(() => {
    app.purgeState.isFirstRun = false
  })
}
