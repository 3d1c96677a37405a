import type { Member } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import type { Unit, UnitResult } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import { type MailPurpose, mailPurposes } from '../inventory/mail-purposes.ts'
import { signUpConditions } from '../inventory/sign-up-conditions.ts'
import { appendConsent, type ConsentAnswer, lastAnswer } from './consent-ledger.ts'

/** A purpose that a person can consent to: a condition of having an account, or non-essential mail. */
export type ConsentPurpose =
  | keyof typeof signUpConditions
  | Exclude<MailPurpose, 'account' | 'delivery' | 'correspondence'>

/** A request for consent, with the wording that is shown. */
export interface ConsentOffer {
  readonly purpose: ConsentPurpose
  readonly version: number
  readonly wording: string
  readonly required: boolean
}

function definitionOf(purpose: ConsentPurpose) {
  return { ...signUpConditions, ...mailPurposes }[purpose]
}

function isCondition(purpose: ConsentPurpose): boolean {
  return Object.hasOwn(signUpConditions, purpose)
}

/** Lists the consents requested at sign-up, each with its own box (P09). An account needs the required ones. */
export function signUpOffers({ config }: App): ConsentOffer[] {
  return [...Object.keys(signUpConditions), ...config.mailOptional].map((purpose) => offer(purpose as ConsentPurpose))
}

/** Lists the consents that an account can give or withdraw at any time. */
export function changeableOffers({ config }: App): ConsentOffer[] {
  return (['opened', ...config.mailOptional] as const).map(offer)
}

/** Lists the consents that are new or changed since the account last answered (P08); they are off until answered. */
export function pendingOffers(app: App, account: string): Promise<ConsentOffer[]> {
  return app.db.read(() => findPendingOffers(app, account))
}

function* findPendingOffers(app: App, account: string): Unit<ConsentOffer[]> {
  const pending: ConsentOffer[] = []
  for (const offered of [...signUpOffers(app), offer('opened')]) {
    const last = yield* lastAnswer(account, offered.purpose)
    if (isPending(offered, last)) pending.push(offered)
  }
  return pending
}

function isPending({ purpose, version }: ConsentOffer, last: UnitResult<ReturnType<typeof lastAnswer>>): boolean {
  // Only a changed wording is asked about here; the consent itself is requested when a secret is created.
  if (purpose === 'opened') return last?.answer === 'given' && last.version !== version
  return last === undefined ? !isCondition(purpose) : last.version !== version
}

function offer(purpose: ConsentPurpose): ConsentOffer {
  const { version, wording } = definitionOf(purpose)
  return { purpose, version, wording: text(wording), required: isCondition(purpose) }
}

/** Gives or withdraws one of the consents that can be changed at any time. Throws `field_invalid`. */
export async function answerOffer(
  app: App,
  { account }: Member,
  purpose: string,
  answer: 'given' | 'withdrawn',
): Promise<void> {
  const offered = changeableOffers(app).find((offer) => offer.purpose === purpose)
  if (!offered) throw new AppError('field_invalid', { field: 'purpose' })
  await app.db.commit(() => recordConsent(app, account, offered.purpose, answer, 'profile'))
}

/** An offer as it was shown in a form, and whether its box was ticked. */
export interface SubmittedOffer {
  readonly purpose: string
  readonly version: number
  readonly isTicked: boolean
}

/**
 * Records the answers to the prompt after sign-in: an unticked box is a refusal and is not asked again. An offer whose
 * wording changed after the page was shown is not recorded.
 */
export async function answerConsentPrompt(
  app: App,
  { account }: Member,
  submitted: readonly SubmittedOffer[],
): Promise<void> {
  await app.db.commit(function* () {
    for (const { purpose, version } of yield* findPendingOffers(app, account)) {
      const offer = submitted.find((shown) => shown.purpose === purpose && shown.version === version)
      if (offer) yield* recordConsent(app, account, purpose, offer.isTicked ? 'given' : 'refused', 'sign-in')
    }
  })
}

/**
 * Records that consent was given, refused or withdrawn, inside the caller's commit. An answer that changes nothing is
 * not recorded again. `wording` is the text that was shown, by default that of the purpose.
 */
export function* recordConsent(
  app: App,
  account: string,
  purpose: ConsentPurpose,
  answer: ConsentAnswer['answer'],
  way: string,
  wording = text(definitionOf(purpose).wording),
): Unit<void> {
  const { version } = definitionOf(purpose)
  const last = yield* lastAnswer(account, purpose)
  const isRecorded = {
    given: last?.answer === 'given' && last.version === version,
    refused: last?.version === version,
    withdrawn: last?.answer !== 'given',
  }
  if (!isRecorded[answer]) yield* appendConsent(app, account, { purpose, version, wording, answer, way })
}

/** Returns whether the newest answer of the account is consent to the current version of the purpose (P08). */
export async function hasConsent(app: App, account: string, purpose: ConsentPurpose): Promise<boolean> {
  const last = await app.db.read(() => lastAnswer(account, purpose))
  return last?.answer === 'given' && last.version === definitionOf(purpose).version
}
