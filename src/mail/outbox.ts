import type { App } from '../app.ts'
import { digest, wrap } from '../crypto/sealing.ts'
import { query } from '../database/query.ts'
import type { MailPurpose } from '../privacy/inventory/mail-purposes.ts'
import { mailRetention } from '../privacy/inventory/periods.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'

/** A mail to be sent. `account` is whose mail it is, null for an address without one. */
export interface NewMail<Kind extends MailKind = MailKind> {
  readonly kind: Kind
  readonly purpose: MailPurpose
  readonly to: string
  readonly account: string | null
  readonly facts: MailFacts[Kind]
}

/**
 * Puts a mail into the outbox, inside the caller's commit: what it tells of and the mail are one fact. Whether it may
 * be sent is asked when it is sent. What it says is wrapped, so that no link lies open in the database. Gives its id.
 */
export function enqueueMail<Kind extends MailKind>(app: App, letter: NewMail<Kind>): string {
  const now = app.now()
  const id = app.random(16).toHex()
  app.db.run(
    query.insertInto('mail').values({
      id,
      account_id: letter.account,
      kind: letter.kind,
      purpose: letter.purpose,
      recipient: letter.to,
      body: wrap('mail', id, app.root, JSON.stringify(letter.facts), app.random),
      unsubscribe: unsubscribeLookup(unsubscribeKey(app, id)),
      created_at: now,
      next_try_at: now,
      outcome: null,
      done_at: null,
      forget_at: now + (letter.kind === 'account-erased' ? mailRetention.erasureConfirmation : mailRetention.standard),
    }),
  )
  return id
}

/** The word in a mail's unsubscribe link: it follows from the root key, so that nothing that works is stored. */
export function unsubscribeKey({ root }: App, id: string): string {
  return digest('unsubscribe-key', root.bytes, id).toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** What a mail is found by, when its unsubscribe link is followed. */
export function unsubscribeLookup(key: string): Uint8Array {
  return digest('unsubscribe', key)
}
