import type { App } from '../app.ts'
import { deliverDueMail } from '../mail/deliver.ts'
import { lastPurge, purge, purgeEndedReplays } from '../privacy/purge/purge.ts'
import { sendReminders } from '../privacy/registers/deadlines.ts'
import { flushCounters } from '../privacy/statistics/statistics.ts'
import { minute, second } from '../time.ts'
import { withTimeout } from '../timeout.ts'

interface Job {
  readonly name: string
  /** Milliseconds between two runs: well under 2^31, where a timer would fire at once. */
  every(app: App): number
  run(app: App, dueAt: number): Promise<unknown>
}

const timetable: readonly Job[] = [
  { name: 'purge', every: (app) => app.config.purgeInterval, run: purge },
  { name: 'held', every: () => second, run: purgeEndedReplays },
  { name: 'statistics', every: () => minute, run: flushCounters },
  { name: 'log files', every: () => minute, run: async (app) => app.log.tidy() },
  { name: 'checkpoint', every: () => second, run: async (app) => app.db.checkpoint() },
  { name: 'deadlines', every: () => minute, run: sendReminders },
  { name: 'mail', every: () => 5 * second, run: deliverDueMail },
]

/** The timetable at work. */
export interface Jobs extends Disposable {
  /** Starts no run any more, and waits for those that are at work, ten seconds at most: a mail on its way is noted as sent. */
  finish(): Promise<void>
}

const patience = 10 * second

/**
 * Runs the timetable until disposed. The first run of each job is at once: what fell due while the program was off is
 * done before anything else. A run that fails is logged and comes again at its next turn; one that takes longer than
 * its interval skips a turn.
 */
export function startJobs(app: App): Jobs {
  app.purgeState.isFirstRun = true
  const running = new Map<string, Promise<void>>()
  const once = async (job: Job) => {
    await job.run(app, app.now()).catch(() => app.log.write({ event: 'job_failed', code: job.name }))
    running.delete(job.name)
    if (job.run === purge) app.purgeState.isFirstRun = false
  }
  const timers = timetable.map((job) => {
    const turn = () => {
      if (!running.has(job.name)) running.set(job.name, once(job))
    }
    turn()
    return setInterval(turn, job.every(app))
  })
  const stop = () => timers.forEach(clearInterval)
  return {
    finish: async () => {
      stop()
      await withTimeout(patience, Promise.all(running.values()))
    },
    [Symbol.dispose]: stop,
  }
}

/** Whether the purge is on time: its last run at most two intervals ago (P25), or its first one here still at work. */
export function purgeIsOnTime(app: App): boolean {
  if (app.purgeState.isFirstRun) return true
  const last = lastPurge(app)
  return last !== undefined && Math.abs(app.now() - last) <= 2 * app.config.purgeInterval + 10 * second
}
