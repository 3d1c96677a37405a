import { isActive } from '../accounts/active-account.ts'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import { first, type Unit } from '../database/unit.ts'
import { lastAnswer } from '../privacy/consent/consent-ledger.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { parseAddress } from './addresses.ts'
import type { MailKind } from './mail-templates.ts'
import { addressHash, findRefusal } from './refusals.ts'

/** The columns of a mail that decide whether it may be sent. */
export type AddressedMail = Pick<MailTable, 'account_id' | 'recipient' | 'kind' | 'purpose'>

// Sent regardless of any opt-out: someone who took over an account must not be able to suppress the warning to its
// owner, and people are always notified of legal requests (P28).
const alwaysSent: ReadonlySet<string> = new Set<MailKind>(['email-changed', 'account-erased', 'disclosure-notice'])

/**
 * Returns whether a mail may be sent at this moment (P12). The recipient must be a single valid address. Essential mail is
 * sent unless the address opted out, and notices to the address of an account always; other mail needs an account that
 * consented to the current version of its purpose and has not withdrawn that.
 */
export function mayBeSent(app: App, mail: AddressedMail): Promise<boolean> {
  return app.db.read(() => isPermitted(app, mail))
}

function* isPermitted(app: App, mail: AddressedMail): Unit<boolean> {
  const purpose = mailPurposeOf(mail)
  if (purpose === undefined || parseAddress(mail.recipient) !== mail.recipient) return false
  if ((yield* isAccountNotice(mail)) || alwaysSent.has(mail.kind)) return true
  const account = yield* recipientAccount(mail)
  if (yield* isUnsubscribed(addressHash(app, mail.recipient), purpose, account?.id)) return false
  if (mailPurposes[purpose].essential) return true
  const isOffered = purpose === 'opened' || app.config.mailOptional.some((optional) => optional === purpose)
  return isOffered && account !== undefined && isActive(account)
}

/** Returns whether a mail is a notice to the account with the recipient's address; such mail has no opt-out. */
export function* isAccountNotice(mail: AddressedMail): Unit<boolean> {
  return mail.purpose === 'account' && (yield* recipientAccount(mail)) !== undefined
}

/**
 * Returns whether an address opted out of a purpose, or never consented to one that needs consent. Of an opt-out and a
 * consent, the later one counts.
 */
export function* isUnsubscribed(hash: Uint8Array, purpose: MailPurpose, account?: string): Unit<boolean> {
  const consentedAt = account === undefined ? undefined : yield* consentTime(account, purpose)
  const refusedAt = (yield* findRefusal(hash, purpose))?.at
  if (refusedAt !== undefined) return consentedAt === undefined || consentedAt < refusedAt
  return consentedAt === undefined && !mailPurposes[purpose].essential
}

/** Returns the account of a mail if the recipient is its confirmed address. */
export function* recipientAccount({ account_id, recipient }: AddressedMail) {
  if (account_id === null) return undefined
  return yield* first(
    query
      .selectFrom('account')
      .select(['id', 'confirmed_at', 'disabled_at', 'closed_at'])
      .where('id', '=', account_id)
      .where('email', '=', recipient)
      .where('confirmed_at', 'is not', null),
  )
}

/** Returns the purpose of a mail; undefined if this release does not know it. */
export function mailPurposeOf({ purpose }: Pick<MailTable, 'purpose'>): MailPurpose | undefined {
  return Object.hasOwn(mailPurposes, purpose) ? (purpose as MailPurpose) : undefined
}

function* consentTime(account: string, purpose: MailPurpose): Unit<number | undefined> {
  const answer = yield* lastAnswer(account, purpose)
  return answer?.answer === 'given' && answer.version === mailPurposes[purpose].version ? answer.at : undefined
}
