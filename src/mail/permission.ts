import { isActive } from '../accounts/active-account.ts'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import { lastAnswer } from '../privacy/consent/consent-ledger.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { parseAddress } from './addresses.ts'
import type { MailKind } from './mail-templates.ts'
import { addressHash, refusalOf } from './refusals.ts'

/** A mail, as far as it matters to whether it may be sent. */
export type Addressed = Pick<MailTable, 'account_id' | 'recipient' | 'kind' | 'purpose'>

// To an address that was an account's own until that very moment: somebody who took the account over must not be able
// to keep its owner from hearing of it. And what was done to somebody under an order is told whatever was refused (P28).
const alwaysTold: ReadonlySet<string> = new Set<MailKind>(['email-changed', 'account-erased', 'disclosure-notice'])

/**
 * Whether a mail may be sent, as things are now (P12): asked at the moment of sending, whoever ordered it. Nothing goes
 * to what is not one plain address. What is essential goes out unless its address refused it, and to an account's own
 * address in any case; anything else needs an account that agreed to this version of its purpose, and has not taken
 * that back since.
 */
export function mayBeSent(app: App, mail: Addressed): boolean {
  const purpose = purposeOf(mail)
  if (purpose === undefined || parseAddress(mail.recipient) !== mail.recipient) return false
  if (staysWithAccount(app, mail) || alwaysTold.has(mail.kind)) return true
  const owner = ownerOf(app, mail)
  if (isUnsubscribed(app, addressHash(app, mail.recipient), purpose, owner?.id)) return false
  if (mailPurposes[purpose].essential) return true
  const isOffered = purpose === 'opened' || app.config.mailOptional.some((optional) => optional === purpose)
  return isOffered && owner !== undefined && isActive(owner)
}

/** Whether this mail is one that cannot be stopped: a notice to the account whose own address it goes to. */
export function staysWithAccount(app: App, mail: Addressed): boolean {
  return mail.purpose === 'account' && ownerOf(app, mail) !== undefined
}

/**
 * Whether mail of a purpose was refused, or never agreed to where it has to be. Of a refusal and a consent, what was
 * said later counts.
 */
export function isUnsubscribed(app: App, mark: Uint8Array, purpose: MailPurpose, account?: string): boolean {
  const agreed = account === undefined ? undefined : agreedAt(app, account, purpose)
  const refused = refusalOf(app, mark, purpose)?.at
  if (refused !== undefined) return agreed === undefined || agreed < refused
  return agreed === undefined && !mailPurposes[purpose].essential
}

/** The account whose own, confirmed address this mail goes to. */
export function ownerOf(app: App, { account_id, recipient }: Addressed) {
  if (account_id === null) return undefined
  return app.db.first(
    query
      .selectFrom('account')
      .select(['id', 'confirmed_at', 'disabled_at', 'closed_at'])
      .where('id', '=', account_id)
      .where('email', '=', recipient)
      .where('confirmed_at', 'is not', null),
  )
}

/** The purpose of a mail, where there is such a purpose. */
export function purposeOf({ purpose }: Pick<MailTable, 'purpose'>): MailPurpose | undefined {
  return Object.hasOwn(mailPurposes, purpose) ? (purpose as MailPurpose) : undefined
}

function agreedAt(app: App, account: string, purpose: MailPurpose): number | undefined {
  const word = lastAnswer(app, account, purpose)
  return word?.answer === 'given' && word.version === mailPurposes[purpose].version ? word.at : undefined
}
