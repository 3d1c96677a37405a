import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { AppError } from '../errors.ts'
import { text } from '../i18n/text.ts'
import { appendConsent, lastAnswer } from '../privacy/consent/consent-ledger.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { unsubscribeLookup } from './outbox.ts'
import { isUnsubscribed, ownerOf, purposeOf, staysWithAccount } from './permission.ts'
import { addressHash, forgetRefusals, refusalOf, refuseMail } from './refusals.ts'

/** What somebody wants who followed the link of a mail: no more of its kind, none at all, or that it goes on. */
export type UnsubscribeChoice = 'kind' | 'all' | 'again'

/** What the link of a mail can stop, and what was stopped already. */
export interface Unsubscribe {
  readonly purpose: MailPurpose
  /** `stays`: a notice to an account of its own; it ends with the account. */
  readonly state: 'runs' | 'stays' | 'stopped' | 'all stopped'
  /** Whether it is somebody's without an account, who has no other place to say what may be mailed. */
  readonly isGuest: boolean
}

/** What the link of a mail can stop; changes nothing. It works as long as it is known that there was a mail. Throws `not_found`. */
export function readUnsubscribe(app: App, id: string, key: string): Unsubscribe {
  return stopOf(app, findMail(app, id, key))
}

/**
 * Does what somebody wants who followed the link of a mail: without an account, and as often as they like (P13). For
 * an account it is a consent taken back as well. What belongs to having an account goes on. Throws `not_found`.
 */
export async function unsubscribe(app: App, id: string, key: string, wish: UnsubscribeChoice): Promise<void> {
  const mail = findMail(app, id, key)
  await app.db.commit(() => {
    const { state, isGuest } = stopOf(app, mail)
    if (wish === 'again' && isGuest) forgetRefusals(app, mail.mark, mail.purpose)
    else if (wish === 'all' && isGuest && state !== 'all stopped') refuseMail(app, mail.mark, 'all')
    else if (wish !== 'again' && state === 'runs') stopKind(app, mail)
  })
}

type Found = ReturnType<typeof findMail>

function findMail(app: App, id: string, key: string) {
  const mail = app.db.first(
    query
      .selectFrom('mail')
      .select(['account_id', 'kind', 'purpose', 'recipient'])
      .where('id', '=', id)
      .where('unsubscribe', '=', unsubscribeLookup(key)),
  )
  const purpose = mail && purposeOf(mail)
  if (!mail || !purpose) throw new AppError('not_found')
  const { recipient } = mail
  // Of the last mail to somebody the mark is all that is left.
  const mark = recipient.includes('@') ? addressHash(app, recipient) : Uint8Array.fromHex(recipient)
  return { ...mail, purpose, mark, account: ownerOf(app, mail)?.id }
}

function stopOf(app: App, mail: Found): Unsubscribe {
  const { purpose, mark, account } = mail
  const isGuest = account === undefined
  if (staysWithAccount(app, mail)) return { purpose, state: 'stays', isGuest }
  if (!isUnsubscribed(app, mark, purpose, account)) return { purpose, state: 'runs', isGuest }
  return { purpose, state: refusalOf(app, mark, 'all') ? 'all stopped' : 'stopped', isGuest }
}

function stopKind(app: App, { mark, purpose, account }: Found): void {
  refuseMail(app, mark, purpose)
  const { essential, version, wording } = mailPurposes[purpose]
  if (account === undefined || essential || lastAnswer(app, account, purpose)?.answer !== 'given') return
  appendConsent(app, account, { purpose, version, wording: text(wording), answer: 'withdrawn', way: 'mail' })
}
