import { closeForGoodInUnit } from '../../accounts/closing/close-account.ts'
import type { App } from '../../app.ts'
import { appendEntry } from '../purge/ledger.ts'
import { purge } from '../purge/purge.ts'

/**
 * Closes the account of somebody who is too young, and erases it at once with the secrets that nobody has opened (P10).
 * The ledger says in the same commit that it was done, and not to whom; the purge that follows leaves no byte in the
 * file. False where a legal hold keeps the account: then it is closed for good, and erased when the hold is over.
 */
export async function closeUnderAge(app: App, account: string): Promise<boolean> {
  const isErased = await app.db.commit(() => {
    const at = app.now()
    const isErased = closeForGoodInUnit(app, account, { burnSecrets: true, eraseNow: true })
    if (isErased) appendEntry(app, { rule: 'under age', due_at: at, ran_at: at, removed: 1, oldest_due_at: at })
    return isErased
  })
  await purge(app, app.now())
  return isErased
}
