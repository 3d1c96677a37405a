import { closeForGoodInUnit } from '../../accounts/closing/close-account.ts'
import type { App } from '../../app.ts'
import { appendEntry } from '../purge/ledger.ts'
import { purge } from '../purge/purge.ts'

/**
 * Closes the account of a person below the minimum age and erases it at once, with its unopened secrets (P10). The same
 * commit adds an entry to the ledger that does not name the account, and a purge then overwrites what is left in the
 * database file. Returns false if a legal hold prevents the erasure: the account is closed, and erased when the hold
 * ends.
 */
export async function closeUnderAgeAccount(app: App, account: string): Promise<boolean> {
  const isErased = await app.db.commit(function* () {
    const at = app.now()
    const isErased = yield* closeForGoodInUnit(app, account, { burnSecrets: true, eraseNow: true })
    if (isErased) yield* appendEntry({ rule: 'under age', due_at: at, ran_at: at, removed: 1, oldest_due_at: at })
    return isErased
  })
  await purge(app, app.now())
  return isErased
}
