import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { AppError } from '../errors.ts'
import { text } from '../i18n/text.ts'
import { conditions, type MailPurpose, mailPurposes } from '../privacy/promises.ts'
import type { Member } from './access.ts'

/** What a person can agree to: a condition of having an account, or a mail that is not essential. */
export type Agreement = keyof typeof conditions | Exclude<MailPurpose, 'account' | 'delivery' | 'recourse'>

/** One thing to agree to, with the words that are shown. */
export interface Offer {
  readonly purpose: Agreement
  readonly wording: string
  readonly required: boolean
}

/** One line of a person's history. */
export interface ConsentRecord {
  readonly purpose: string
  readonly wording: string
  readonly answer: 'given' | 'withdrawn'
  readonly way: string
  readonly at: number
}

const known = { ...conditions, ...mailPurposes }

/** What this instance asks for at sign-up: each has its own box (P09). Without one that is required there is no account. */
export function offersAtSignUp({ config }: App): Offer[] {
  return [...Object.keys(conditions), ...config.mailOptional].map((purpose) => offer(purpose as Agreement))
}

/** What an account can agree to or take back at any time. */
export function offersLater({ config }: App): Offer[] {
  return (['opened', ...config.mailOptional] as const).map(offer)
}

function offer(purpose: Agreement): Offer {
  return { purpose, wording: text(known[purpose].wording), required: purpose in conditions }
}

/** Gives or takes back one of the consents that are offered at any time. Throws `field_invalid`. */
export async function answerOffer(
  app: App,
  { account }: Member,
  purpose: string,
  answer: 'given' | 'withdrawn',
): Promise<void> {
  const offered = offersLater(app).find((one) => one.purpose === purpose)
  if (!offered) throw new AppError('field_invalid', { field: 'purpose' })
  await app.db.commit(() => recordConsent(app, account, offered.purpose, answer, 'profile'))
}

/** Notes that something was agreed to or taken back, with the words that were shown, inside the caller's commit. */
export function recordConsent(
  app: App,
  account: string,
  purpose: Agreement,
  answer: 'given' | 'withdrawn',
  way: string,
): void {
  const { version, wording } = known[purpose]
  const before = newest(app, account, purpose)
  const isSame =
    answer === 'given' ? before?.answer === 'given' && before.version === version : before?.answer !== 'given'
  if (isSame) return
  const at = app.now()
  const row = { account_id: account, purpose, version, wording: text(wording), answer, way, at }
  app.db.run(query.insertInto('consent').values(row))
}

/** Whether this account agrees to the purpose as it is now: its newest answer counts, and only for this version (P08). */
export function hasConsent(app: App, account: string, purpose: Agreement): boolean {
  const answer = newest(app, account, purpose)
  return answer?.answer === 'given' && answer.version === known[purpose].version
}

function newest(app: App, account: string, purpose: Agreement) {
  return app.db.first(
    query
      .selectFrom('consent')
      .select(['answer', 'version'])
      .where('account_id', '=', account)
      .where('purpose', '=', purpose)
      .orderBy('id', 'desc')
      .limit(1),
  )
}

/** All that a person agreed to and took back, newest first. */
export function consentHistory(app: App, account: string): ConsentRecord[] {
  return app.db.all(
    query
      .selectFrom('consent')
      .select(['purpose', 'wording', 'answer', 'way', 'at'])
      .where('account_id', '=', account)
      .orderBy('id', 'desc'),
  )
}
