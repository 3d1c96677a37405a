import type { App } from './app.ts'
import { destroyHeld, lastPurge, purge } from './privacy/purge.ts'
import { flushTally } from './privacy/statistics.ts'

interface Job {
  readonly name: string
  /** Milliseconds between two runs: well under 2^31, where a timer would fire at once. */
  every(app: App): number
  run(app: App, dueAt: number): Promise<unknown>
}

const timetable: readonly Job[] = [
  { name: 'purge', every: (app) => app.config.purgeInterval, run: purge },
  { name: 'held', every: () => 1000, run: destroyHeld },
  { name: 'statistics', every: () => 60_000, run: flushTally },
  { name: 'log files', every: () => 60_000, run: async (app) => app.log.tidy() },
  { name: 'checkpoint', every: () => 1000, run: async (app) => app.db.checkpoint() },
]

/**
 * Runs the timetable until disposed. The first run of each job is at once: what fell due while the program was off is
 * done before anything else. A run that fails is logged and comes again at its next turn; one that takes longer than
 * its interval skips a turn.
 */
export function startJobs(app: App): Disposable {
  const timers = timetable.map((job) => {
    let isRunning = false
    const once = async () => {
      if (isRunning) return
      isRunning = true
      await job.run(app, app.now()).catch(() => app.log.write({ event: 'job_failed', code: job.name }))
      isRunning = false
    }
    once()
    return setInterval(once, job.every(app))
  })
  return { [Symbol.dispose]: () => timers.forEach(clearInterval) }
}

/** Whether the purge is on time: its last run at most two intervals ago (P25). */
export function purgeIsOnTime(app: App): boolean {
  const last = lastPurge(app)
  return last !== undefined && Math.abs(app.now() - last) <= 2 * app.config.purgeInterval + 10_000
}
