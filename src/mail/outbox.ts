import type { App } from '../app.ts'
import { digest, wrap } from '../crypto/sealing.ts'
import { query } from '../database/query.ts'
import { run, type Unit } from '../database/unit.ts'
import type { MailPurpose } from '../privacy/inventory/mail-purposes.ts'
import { mailRetention } from '../privacy/inventory/periods.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'

/** A mail to send. `account` is the id of the recipient's account, null if the mail belongs to none. */
export interface NewMail<Kind extends MailKind = MailKind> {
  readonly kind: Kind
  readonly purpose: MailPurpose
  readonly to: string
  readonly account: string | null
  readonly facts: MailFacts[Kind]
}

/**
 * Adds a mail to the outbox, inside the commit of the event it reports, and returns its id. Whether it may be sent is
 * decided at delivery. Its facts are wrapped, so that the database contains no usable link.
 */
export function* enqueueMail<Kind extends MailKind>(app: App, mail: NewMail<Kind>): Unit<string> {
  const now = app.now()
  const id = app.random(16).toHex()
  yield* run(
    query.insertInto('mail').values({
      id,
      account_id: mail.account,
      kind: mail.kind,
      purpose: mail.purpose,
      recipient: mail.to,
      body: wrap('mail', id, app.root, JSON.stringify(mail.facts), app.random),
      unsubscribe: unsubscribeLookup(unsubscribeKey(app, id)),
      created_at: now,
      next_try_at: now,
      outcome: null,
      done_at: null,
      forget_at: now + (mail.kind === 'account-erased' ? mailRetention.erasureConfirmation : mailRetention.standard),
    }),
  )
  return id
}

/** Derives the key in the unsubscribe link of a mail from the root key; it is not stored. */
export function unsubscribeKey({ root }: App, id: string): string {
  return digest('unsubscribe-key', root.bytes, id).toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** Hashes an unsubscribe key to find the mail that it belongs to. */
export function unsubscribeLookup(key: string): Uint8Array {
  return digest('unsubscribe', key)
}
