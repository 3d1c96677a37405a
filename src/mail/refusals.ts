import type { App } from '../app.ts'
import { digest } from '../crypto/sealing.ts'
import { query } from '../database/query.ts'
import { first, run, type Unit } from '../database/unit.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'

/** What an address can opt out of: mail for one purpose, or all mail. A refusal is the record of an opt-out. */
export type RefusalPurpose = MailPurpose | 'all'

/** Returns whether links of other people may be mailed to an address: it has not opted out of them. */
export async function mayMailRecipient(app: App, address: string): Promise<boolean> {
  return (await app.db.read(() => findRefusal(addressHash(app, address), 'delivery'))) === undefined
}

/** Hashes an address with the root key; without that key, the hash cannot be linked to the address. */
export function addressHash({ root }: App, address: string): Uint8Array {
  return digest('address', root.bytes, address)
}

/** Returns the newest refusal that covers a purpose: of that purpose, or of all mail. */
export function findRefusal(hash: Uint8Array, purpose: RefusalPurpose) {
  return first(
    query
      .selectFrom('refusal')
      .select(['purpose', 'at'])
      .where('address_hash', '=', hash)
      .where('purpose', 'in', [purpose, 'all'])
      .orderBy('at', 'desc')
      .limit(1),
  )
}

/** Records that an address opted out of a purpose or of all mail, inside the caller's commit. */
export function* recordRefusal(app: App, hash: Uint8Array, purpose: RefusalPurpose): Unit<void> {
  const at = app.now()
  yield* run(
    query
      .insertInto('refusal')
      .values({ address_hash: hash, purpose, at })
      .onConflict((conflict) => conflict.columns(['address_hash', 'purpose']).doUpdateSet({ at })),
  )
}

/**
 * Deletes the refusals of an address and returns their number: those that cover a purpose (its own and that of all mail),
 * or every one.
 */
export function allowMail(app: App, address: string, purpose?: MailPurpose): Promise<number> {
  return app.db.commit(() => deleteRefusals(addressHash(app, address), purpose))
}

/** Does the same as `allowMail` for the hash of an address, inside the caller's commit. */
export function* deleteRefusals(hash: Uint8Array, purpose?: MailPurpose): Unit<number> {
  const refusals = query.deleteFrom('refusal').where('address_hash', '=', hash)
  return yield* run(purpose ? refusals.where('purpose', 'in', [purpose, 'all']) : refusals)
}

// Purposes that only an account can consent to.
const accountPurposes = (Object.keys(mailPurposes) as MailPurpose[]).filter(
  (purpose) => !mailPurposes[purpose].essential,
)

/**
 * Deletes the refusals that only concern an account, inside the commit that erases it. Opt-outs from all mail or from
 * links of other people stay in force without an account.
 */
export function* deleteAccountRefusals(app: App, address: string): Unit<void> {
  const refusals = query.deleteFrom('refusal').where('address_hash', '=', addressHash(app, address))
  yield* run(refusals.where('purpose', 'in', accountPurposes))
}
