import { claimCode, findCode, issueCode } from '../../accounts/codes.ts'
import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import type { MailKind } from '../../mail/mail-templates.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { addressHash, deleteRefusals, recordRefusal } from '../../mail/refusals.ts'
import { hour, minute } from '../../time.ts'
import { type MailPurpose, mailPurposes } from '../inventory/mail-purposes.ts'
import { deleteSenderAddress } from '../registers/complaints.ts'

/** How long a mailed link, and the page it leads to, can be used, in milliseconds. */
export const addressLookUpLifetime = hour
// At most one mail per address in this time, so that a stranger cannot flood a mailbox.
const minMailInterval = 5 * minute

/** Stored data about an address. It does not say who requested a mail. */
export interface AddressRecord {
  /** Mails to the address. `doneAt` is null while a mail waits to be sent. */
  readonly mails: readonly { subject: string; createdAt: number; doneAt: number | null; forgetAt: number }[]
  /** What the address has opted out of, as text. */
  readonly refusals: readonly { purpose: string; at: number }[]
  /** Mailed links, such as sign-up confirmations, that have not been used yet. */
  readonly links: readonly { createdAt: number; expiresAt: number }[]
  /** Messages sent to the operator. */
  readonly messages: readonly { id: number; receivedAt: number }[]
  readonly hasAccount: boolean
}

/** What to do with the opt-outs of an address: keep them, delete them, or opt out of all mail. */
export type RefusalChoice = 'keep' | 'forget' | 'all'

/**
 * Mails a look-up link to an address. The response is the same whether or not data is stored about the address, so that
 * it does not reveal who has an account. Throws `slow_down`.
 */
export async function requestAddressLookUp(app: App, actor: Actor, address: string): Promise<void> {
  app.throttle.consume('mail', address, actor.network)
  await app.db.commit(function* () {
    const isMailed = yield* wasMailed(app, address)
    const code = yield* issueCode(app, { purpose: 'address-look-up', email: address, ttl: addressLookUpLifetime })
    if (isMailed) return
    const facts = { link: `/privacy/here/address/${code}` }
    yield* enqueueMail(app, { kind: 'address-look-up', purpose: 'correspondence', to: address, account: null, facts })
  })
}

function* wasMailed(app: App, address: string): Unit<boolean> {
  const recent = query
    .selectFrom('code')
    .select('created_at')
    .where('purpose', '=', 'address-look-up')
    .where('email', '=', address)
    .where('created_at', '>', app.now() - minMailInterval)
  return (yield* first(recent)) !== undefined
}

/** Returns the address that a mailed link belongs to, without using the link up. Throws `code_gone`. */
export async function peekAddress(app: App, code: string): Promise<string> {
  const email = (await findCode(app, 'address-look-up', code))?.email
  if (!email) throw new AppError('code_gone')
  return email
}

/**
 * Uses up a mailed link and returns the data about its address, with a code that allows its erasure. Throws `code_gone`,
 * `slow_down`.
 */
export async function lookUpByAddress(app: App, actor: Actor, code: string) {
  app.throttle.consume('code', code, actor.network)
  return app.db.commit(function* () {
    const address = yield* claimAddress(app, code)
    const eraseCode = yield* issueCode(app, { purpose: 'address-look-up', email: address, ttl: addressLookUpLifetime })
    return { address, code: eraseCode, record: yield* addressRecordOf(app, address) }
  })
}

/**
 * Erases the data about an address: mails to it, unused links, and the reply address of messages to the operator. Data
 * that belongs to an account is kept until the account is closed. Throws `code_gone`, `slow_down`.
 */
export async function eraseAddress(app: App, actor: Actor, code: string, refusals: RefusalChoice): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  await app.db.commit(function* () {
    const address = yield* claimAddress(app, code)
    yield* run(query.deleteFrom('code').where('email', '=', address))
    yield* run(yield* deleteMailsTo(address))
    yield* deleteSenderAddress(app, address)
    const hash = addressHash(app, address)
    if (refusals !== 'keep') yield* deleteRefusals(hash)
    if (refusals === 'all') yield* recordRefusal(app, hash, 'all')
  })
}

function* claimAddress(app: App, code: string): Unit<string> {
  const email = (yield* claimCode(app, 'address-look-up', code))?.email
  if (!email) throw new AppError('code_gone')
  return email
}

// Keeps notices to the account of this address, which access to the mailbox must not suppress, and notices of legal
// requests that have not been delivered yet (P28).
function* deleteMailsTo(address: string) {
  const mails = query
    .deleteFrom('mail')
    .where('recipient', '=', address)
    .where((where) => where.or([where('kind', '!=', 'disclosure-notice'), where('done_at', 'is not', null)]))
  const owner = yield* ownerOf(address)
  if (owner === undefined) return mails
  return mails.where((where) => where.or([where('account_id', 'is', null), where('account_id', '!=', owner)]))
}

function* ownerOf(address: string): Unit<string | undefined> {
  return (yield* first(query.selectFrom('account').select('id').where('email', '=', address)))?.id
}

function* addressRecordOf(app: App, address: string): Unit<AddressRecord> {
  const hash = addressHash(app, address)
  const mails = query.selectFrom('mail').selectAll().where('recipient', '=', address).orderBy('created_at')
  const codes = query
    .selectFrom('code')
    .selectAll()
    .where('email', '=', address)
    .where('purpose', '!=', 'address-look-up')
    .where('expires_at', '>', app.now())
  const refusals = query.selectFrom('refusal').select(['purpose', 'at']).where('address_hash', '=', hash)
  const messages = query.selectFrom('message').select(['id', 'received_at']).where('sender_hash', '=', hash)
  return {
    mails: (yield* all(mails)).map(({ kind, created_at, done_at, forget_at }) => ({
      subject: text(`mail.${kind as MailKind}.subject`),
      createdAt: created_at,
      doneAt: done_at,
      forgetAt: forget_at,
    })),
    refusals: (yield* all(refusals)).map(({ purpose, at }) => ({ purpose: textOfPurpose(purpose), at })),
    links: (yield* all(codes)).map(({ created_at, expires_at }) => ({ createdAt: created_at, expiresAt: expires_at })),
    messages: (yield* all(messages)).map(({ id, received_at }) => ({ id, receivedAt: received_at })),
    hasAccount: (yield* ownerOf(address)) !== undefined,
  }
}

function textOfPurpose(purpose: string): string {
  return purpose in mailPurposes ? text(mailPurposes[purpose as MailPurpose].wording) : text('address.all')
}
