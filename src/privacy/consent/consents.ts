import type { Member } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import { type MailPurpose, mailPurposes } from '../inventory/mail-purposes.ts'
import { signUpConditions } from '../inventory/sign-up-conditions.ts'
import { type Answer, appendConsent, lastAnswer } from './consent-ledger.ts'

/** What a person can agree to: a condition of having an account, or a mail that is not essential. */
export type Agreement = keyof typeof signUpConditions | Exclude<MailPurpose, 'account' | 'delivery' | 'recourse'>

/** One thing to agree to, with the words that are shown. */
export interface Offer {
  readonly purpose: Agreement
  readonly version: number
  readonly wording: string
  readonly required: boolean
}

// Looked up each time, so that there is one source of which version counts.
function known(purpose: Agreement) {
  return { ...signUpConditions, ...mailPurposes }[purpose]
}

function isCondition(purpose: Agreement): boolean {
  return Object.hasOwn(signUpConditions, purpose)
}

/** What this instance asks for at sign-up: each has its own box (P09). Without one that is required there is no account. */
export function offersAtSignUp({ config }: App): Offer[] {
  return [...Object.keys(signUpConditions), ...config.mailOptional].map((purpose) => offer(purpose as Agreement))
}

/** What an account can agree to or take back at any time. */
export function changeableOffers({ config }: App): Offer[] {
  return (['opened', ...config.mailOptional] as const).map(offer)
}

/** What is new or has changed since an account was asked (P08): it is off, and the next sign-in asks, until it is answered. */
export function pendingOffers(app: App, account: string): Offer[] {
  return [...offersAtSignUp(app), offer('opened')].filter(({ purpose, version }) => {
    const last = lastAnswer(app, account, purpose)
    // A notice that was never wanted is asked for where it is of use: beside the secret.
    if (purpose === 'opened') return last?.answer === 'given' && last.version !== version
    return last === undefined ? !isCondition(purpose) : last.version !== version
  })
}

function offer(purpose: Agreement): Offer {
  const { version, wording } = known(purpose)
  return { purpose, version, wording: text(wording), required: isCondition(purpose) }
}

/** Gives or takes back one of the consents that are offered at any time. Throws `field_invalid`. */
export async function answerOffer(
  app: App,
  { account }: Member,
  purpose: string,
  answer: 'given' | 'withdrawn',
): Promise<void> {
  const offered = changeableOffers(app).find((one) => one.purpose === purpose)
  if (!offered) throw new AppError('field_invalid', { field: 'purpose' })
  await app.db.commit(() => recordConsent(app, account, offered.purpose, answer, 'profile'))
}

/** An offer as somebody saw it, and whether they ticked it. */
export interface ShownOffer {
  readonly purpose: string
  readonly version: number
  readonly ticked: boolean
}

/**
 * Answers what was asked at sign-in: what is not ticked is refused, and not asked again. What has changed since the
 * page was shown is neither: nobody saw its words.
 */
export async function answerConsentPrompt(app: App, { account }: Member, seen: readonly ShownOffer[]): Promise<void> {
  await app.db.commit(() => {
    for (const { purpose, version } of pendingOffers(app, account)) {
      const one = seen.find((asked) => asked.purpose === purpose && asked.version === version)
      if (one) recordConsent(app, account, purpose, one.ticked ? 'given' : 'refused', 'sign-in')
    }
  })
}

/**
 * Notes that something was agreed to, refused or taken back, with the words that were shown, inside the caller's commit.
 * What was said already is not noted again. `wording` is said where other words than the purpose's own were shown.
 */
export function recordConsent(
  app: App,
  account: string,
  purpose: Agreement,
  answer: Answer['answer'],
  way: string,
  wording = text(known(purpose).wording),
): void {
  const { version } = known(purpose)
  const last = lastAnswer(app, account, purpose)
  const isSaid = {
    given: last?.answer === 'given' && last.version === version,
    refused: last?.version === version,
    withdrawn: last?.answer !== 'given',
  }
  if (!isSaid[answer]) appendConsent(app, account, { purpose, version, wording, answer, way })
}

/** Whether this account agrees to the purpose as it is now: its newest answer counts, and only for this version (P08). */
export function hasConsent(app: App, account: string, purpose: Agreement): boolean {
  const last = lastAnswer(app, account, purpose)
  return last?.answer === 'given' && last.version === known(purpose).version
}
