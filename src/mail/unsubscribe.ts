import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { first, type Unit, type UnitResult } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { text } from '../i18n/text.ts'
import { appendConsent, lastAnswer } from '../privacy/consent/consent-ledger.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { unsubscribeLookup } from './outbox.ts'
import { isAccountNotice, isUnsubscribed, mailPurposeOf, recipientAccount } from './permission.ts'
import { addressHash, deleteRefusals, findRefusal, recordRefusal } from './refusals.ts'

/** What to do on an unsubscribe page: stop this kind of mail, stop all mail, or allow this kind again. */
export type UnsubscribeChoice = 'kind' | 'all' | 'again'

/** What can be stopped by the unsubscribe link of a mail. */
export interface UnsubscribeState {
  readonly purpose: MailPurpose
  /** `required`: a notice to an account, which cannot be stopped while the account exists. */
  readonly state: 'subscribed' | 'required' | 'unsubscribed' | 'unsubscribed from all'
  /** Whether the recipient has no account, and so no other place to change these settings. */
  readonly hasNoAccount: boolean
}

/**
 * Reads what the unsubscribe link of a mail can stop, without changing it. The link works as long as the mail is in the
 * outbox. Throws `not_found`.
 */
export async function readUnsubscribe(app: App, id: string, key: string): Promise<UnsubscribeState> {
  return app.db.read(function* () {
    return yield* stateOf(yield* findMail(app, id, key))
  })
}

/**
 * Applies a choice made by the unsubscribe link of a mail; no account is needed, and repeating it changes nothing (P13).
 * For an account, it also withdraws the consent. Required notices are not stopped. Throws `not_found`.
 */
export async function unsubscribe(app: App, id: string, key: string, choice: UnsubscribeChoice): Promise<void> {
  await app.db.commit(function* () {
    const mail = yield* findMail(app, id, key)
    const { state, hasNoAccount } = yield* stateOf(mail)
    if (choice === 'again' && hasNoAccount) yield* deleteRefusals(mail.hash, mail.purpose)
    else if (choice === 'all' && hasNoAccount && state !== 'unsubscribed from all')
      yield* recordRefusal(app, mail.hash, 'all')
    else if (choice !== 'again' && state === 'subscribed') yield* stopKind(app, mail)
  })
}

type FoundMail = UnitResult<ReturnType<typeof findMail>>

function* findMail(app: App, id: string, key: string) {
  const mail = yield* first(
    query
      .selectFrom('mail')
      .select(['account_id', 'kind', 'purpose', 'recipient'])
      .where('id', '=', id)
      .where('unsubscribe', '=', unsubscribeLookup(key)),
  )
  const purpose = mail && mailPurposeOf(mail)
  if (!mail || !purpose) throw new AppError('not_found')
  const { recipient } = mail
  // After mail to an erased account, only the hash of the address is stored.
  const hash = recipient.includes('@') ? addressHash(app, recipient) : Uint8Array.fromHex(recipient)
  return { ...mail, purpose, hash, account: (yield* recipientAccount(mail))?.id }
}

function* stateOf(mail: FoundMail): Unit<UnsubscribeState> {
  const { purpose, hash, account } = mail
  const hasNoAccount = account === undefined
  if (yield* isAccountNotice(mail)) return { purpose, state: 'required', hasNoAccount }
  if (!(yield* isUnsubscribed(hash, purpose, account))) return { purpose, state: 'subscribed', hasNoAccount }
  const state = (yield* findRefusal(hash, 'all')) ? 'unsubscribed from all' : 'unsubscribed'
  return { purpose, state, hasNoAccount }
}

function* stopKind(app: App, { hash, purpose, account }: FoundMail): Unit<void> {
  yield* recordRefusal(app, hash, purpose)
  const { essential, version, wording } = mailPurposes[purpose]
  if (account === undefined || essential || (yield* lastAnswer(account, purpose))?.answer !== 'given') return
  yield* appendConsent(app, account, { purpose, version, wording: text(wording), answer: 'withdrawn', way: 'mail' })
}
