import type { App } from '../app.ts'
import { digest } from '../crypto/sealing.ts'
import { query } from '../database/query.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'

/** What may be refused: mail of one purpose, or all of it. */
export type Refused = MailPurpose | 'all'

/** Whether a link may be mailed to this address: whoever has it has not said otherwise. */
export function mayMailRecipient(app: App, address: string): boolean {
  return refusalOf(app, addressHash(app, address), 'delivery') === undefined
}

/** An address as it is kept of a refusal: only who has the root key can tell whether it is a given one. */
export function addressHash({ root }: App, address: string): Uint8Array {
  return digest('address', root.bytes, address)
}

/** The newest refusal that counts for a purpose: of it, or of all mail. */
export function refusalOf(app: App, mark: Uint8Array, purpose: Refused) {
  return app.db.first(
    query
      .selectFrom('refusal')
      .select(['purpose', 'at'])
      .where('mark', '=', mark)
      .where('purpose', 'in', [purpose, 'all'])
      .orderBy('at', 'desc')
      .limit(1),
  )
}

/** Notes that an address wants no mail of a purpose, or none at all, inside the caller's commit. */
export function refuseMail(app: App, mark: Uint8Array, purpose: Refused): void {
  const at = app.now()
  app.db.run(
    query
      .insertInto('refusal')
      .values({ mark, purpose, at })
      .onConflict((conflict) => conflict.columns(['mark', 'purpose']).doUpdateSet({ at })),
  )
}

/**
 * Forgets a refusal because the person wants that mail again, inside the caller's commit: of one purpose, and of all
 * mail, which would stop it too; or every one. Says how many there were.
 */
export function allowMail(app: App, address: string, purpose?: MailPurpose): number {
  return forgetRefusals(app, addressHash(app, address), purpose)
}

/** The same, where the mark is all that is known. */
export function forgetRefusals(app: App, mark: Uint8Array, purpose?: MailPurpose): number {
  const every = query.deleteFrom('refusal').where('mark', '=', mark)
  return app.db.run(purpose ? every.where('purpose', 'in', [purpose, 'all']) : every).changes
}

// What only an account can agree to, and so take back.
const ofAccounts = (Object.keys(mailPurposes) as MailPurpose[]).filter((purpose) => !mailPurposes[purpose].essential)

/**
 * Forgets what an address refused as an account's, inside the caller's commit that erases it. That it wants no mail at
 * all, or no links of others, holds without an account too.
 */
export function forgetAccountRefusals(app: App, address: string): void {
  const of = query.deleteFrom('refusal').where('mark', '=', addressHash(app, address))
  app.db.run(of.where('purpose', 'in', ofAccounts))
}
