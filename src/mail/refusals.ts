import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailPurpose } from '../privacy/promises.ts'
import { digest } from '../secrets/sealing.ts'

/** Whether an address wants mail of a purpose. */
export function mayMailRecipient(app: App, address: string, purpose: MailPurpose): boolean {
  const mark = digest('refusal', app.root.bytes, address)
  return !app.db.first(
    query.selectFrom('refusal').select('at').where('mark', '=', mark).where('purpose', 'in', ['all', purpose]),
  )
}
