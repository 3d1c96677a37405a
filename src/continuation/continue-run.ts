import { eraseRestoredAccounts } from '../accounts/closing/erase-accounts.ts'
import type { App } from '../app.ts'
import { type AcceptedRestore, acceptRestore } from './accept-restore.ts'
import { advanceRunMark } from './run-marks.ts'

/**
 * Continues the last run when the server starts. A suspended instance stays so, and says it in the log, unless the operator
 * has named its mark in `accept-restore`; then the result of accepting the restore is returned.
 */
export async function continueRun(app: App): Promise<AcceptedRestore | undefined> {
  const { suspension } = app.continuation
  if (suspension && app.config.acceptRestore === suspension.mark)
    return acceptRestore(app, { isMoved: false, erasures: [] })
  if (suspension) {
    app.log.write({ event: 'suspended', code: suspension.reason, mark: suspension.mark })
    return undefined
  }
  await eraseRestoredAccounts(app)
  await advanceRunMark(app)
  return undefined
}
