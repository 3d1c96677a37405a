import type { App } from '../app.ts'
import { second } from '../time.ts'
import { withTimeout } from '../timeout.ts'
import { type Job, timetable } from './timetable.ts'

/** The running jobs. Disposing them starts no further runs. */
export interface RunningJobs extends Disposable {
  /** Starts no further runs and waits up to ten seconds for current ones, so that a mail being sent is recorded as sent. */
  finish(): Promise<void>
}

const finishTimeoutMs = 10 * second

/**
 * Runs the jobs of the timetable until disposed, each of them once at the start, so that what fell due while the
 * program was stopped is done first. A suspended instance mails and purges nothing. A failed run is logged, and the job
 * runs again after its interval. A run that takes longer than its interval delays the next one.
 */
export function startJobs(app: App): RunningJobs {
  app.purgeState.isFirstRun = true
  const running = new Map<string, Promise<void>>()
  const runOnce = async (job: Job) => {
    await job.run(app, app.now()).catch(() => app.log.write({ event: 'job_failed', code: job.name }))
    running.delete(job.name)
  }
  const timers = timetable.map((job) => {
    const runUnlessRunning = () => {
      const isAllowed = job.whileSuspended || !app.continuation.suspension
      if (isAllowed && !running.has(job.name)) running.set(job.name, runOnce(job))
    }
    runUnlessRunning()
    return setInterval(runUnlessRunning, job.intervalMs(app))
  })
  const stop = () => timers.forEach(clearInterval)
  return {
    finish: async () => {
      stop()
      await withTimeout(finishTimeoutMs, Promise.all(running.values()))
    },
    [Symbol.dispose]: stop,
  }
}
