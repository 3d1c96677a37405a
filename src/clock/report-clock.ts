import type { App } from '../app.ts'

/** Compares the clocks, and logs one line when their state has changed. */
export function reportClock({ clock, log }: Pick<App, 'clock' | 'log'>): void {
  const state = clock.check()
  if (state === clock.reportedState) return
  clock.reportedState = state
  log.write({ event: 'clock', code: state })
}
