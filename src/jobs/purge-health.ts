import type { App } from '../app.ts'
import { lastPurgeAt } from '../privacy/purge/ledger-queries.ts'
import { second } from '../time.ts'

/** Whether the last purge is at most two intervals ago (P25). Also true while the first purge after a start is running. */
export async function isPurgeOnTime(app: App): Promise<boolean> {
  if (app.purgeState.isFirstRun) return true
  const last = await lastPurgeAt(app)
  return last !== undefined && Math.abs(app.now() - last) <= 2 * app.config.purgeInterval + 10 * second
}
