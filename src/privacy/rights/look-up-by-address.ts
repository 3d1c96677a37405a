import { claimCode, findCode, issueCode } from '../../accounts/codes.ts'
import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import type { MailKind } from '../../mail/mail-templates.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { addressHash, forgetRefusals, refuseMail } from '../../mail/refusals.ts'
import { hour, minute } from '../../time.ts'
import { type MailPurpose, mailPurposes } from '../inventory/mail-purposes.ts'
import { forgetSender } from '../registers/complaints.ts'

/** How long a mailed link, and then the page that it leads to, may be used, in milliseconds. */
export const addressLookUpLifetime = hour
// A link that was mailed so lately is in the mailbox still: strangers cannot fill it.
const mailedAgainAfter = 5 * minute

/** What is held about an address, for who reads its mail. Who ordered a mail is not said. */
export interface AddressRecord {
  /** By their subjects. `doneAt` is empty while a mail waits to be sent. */
  readonly mails: readonly { subject: string; createdAt: number; doneAt: number | null; forgetAt: number }[]
  /** In words, what is not to be mailed. */
  readonly refusals: readonly { purpose: string; at: number }[]
  /** Links that were mailed, as to a sign-up, and wait to be used. */
  readonly links: readonly { createdAt: number; expiresAt: number }[]
  /** Numbers of what was written to the operator. */
  readonly messages: readonly { number: number; receivedAt: number }[]
  readonly hasAccount: boolean
}

/** What becomes of the wish for no mail: it stays as it is, is forgotten, or covers everything from now on. */
export type Refusals = 'keep' | 'forget' | 'all'

/**
 * Mails a link to who reads the mail of an address. It says and does the same whatever is held about it, so that
 * nobody learns who is here. Throws `slow_down`.
 */
export async function requestAddressLookUp(app: App, actor: Actor, address: string): Promise<void> {
  app.throttle.consume('mail', address, actor.network)
  await app.db.commit(() => {
    const isMailed = wasMailed(app, address)
    const code = issueCode(app, { purpose: 'about-address', email: address, ttl: addressLookUpLifetime })
    if (isMailed) return
    const facts = { link: `/privacy/here/address/${code}` }
    enqueueMail(app, { kind: 'about-address', purpose: 'recourse', to: address, account: null, facts })
  })
}

function wasMailed(app: App, address: string): boolean {
  const recent = query
    .selectFrom('code')
    .select('created_at')
    .where('purpose', '=', 'about-address')
    .where('email', '=', address)
    .where('created_at', '>', app.now() - mailedAgainAfter)
  return app.db.first(recent) !== undefined
}

/** The address that a mailed link stands for; changes nothing. Throws `code_gone`. */
export function peekAddress(app: App, code: string): string {
  const email = findCode(app, 'about-address', code)?.email
  if (!email) throw new AppError('code_gone')
  return email
}

/** Opens a mailed link, once: what is held about its address, and a word by which that may be erased. Throws `code_gone`, `slow_down`. */
export async function lookUpByAddress(app: App, actor: Actor, code: string) {
  app.throttle.consume('code', code, actor.network)
  return app.db.commit(() => {
    const address = claim(app, code)
    const next = issueCode(app, { purpose: 'about-address', email: address, ttl: addressLookUpLifetime })
    return { address, next, held: addressRecordOf(app, address) }
  })
}

/**
 * Erases what is held about an address: the mails to it, sent or not, links that wait, and where answers would go to.
 * What belongs to an account stays until that is closed by its owner. Throws `code_gone`, `slow_down`.
 */
export async function eraseAddress(app: App, actor: Actor, code: string, refusals: Refusals): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  await app.db.commit(() => {
    const address = claim(app, code)
    app.db.run(query.deleteFrom('code').where('email', '=', address))
    app.db.run(mailsTo(app, address))
    forgetSender(app, address)
    const mark = addressHash(app, address)
    if (refusals !== 'keep') forgetRefusals(app, mark)
    if (refusals === 'all') refuseMail(app, mark, 'all')
  })
}

function claim(app: App, code: string): string {
  const email = claimCode(app, 'about-address', code)?.email
  if (!email) throw new AppError('code_gone')
  return email
}

// A notice to the account of the address is the account's: a mailbox alone must not make it unsaid. Nor one that an
// order's register still has to see delivered (P28).
function mailsTo(app: App, address: string) {
  const mails = query
    .deleteFrom('mail')
    .where('recipient', '=', address)
    .where((where) => where.or([where('kind', '!=', 'disclosure-notice'), where('done_at', 'is not', null)]))
  const owner = ownerOf(app, address)
  if (owner === undefined) return mails
  return mails.where((where) => where.or([where('account_id', 'is', null), where('account_id', '!=', owner)]))
}

function ownerOf(app: App, address: string): string | undefined {
  return app.db.first(query.selectFrom('account').select('id').where('email', '=', address))?.id
}

function addressRecordOf(app: App, address: string): AddressRecord {
  const mark = addressHash(app, address)
  const mails = query.selectFrom('mail').selectAll().where('recipient', '=', address).orderBy('created_at')
  const codes = query
    .selectFrom('code')
    .selectAll()
    .where('email', '=', address)
    .where('purpose', '!=', 'about-address')
    .where('expires_at', '>', app.now())
  const refusals = query.selectFrom('refusal').select(['purpose', 'at']).where('mark', '=', mark)
  const messages = query.selectFrom('message').select(['id', 'received_at']).where('mark', '=', mark)
  return {
    mails: app.db.all(mails).map(({ kind, created_at, done_at, forget_at }) => ({
      subject: text(`mail.${kind as MailKind}.subject`),
      createdAt: created_at,
      doneAt: done_at,
      forgetAt: forget_at,
    })),
    refusals: app.db.all(refusals).map(({ purpose, at }) => ({ purpose: wordsOf(purpose), at })),
    links: app.db.all(codes).map(({ created_at, expires_at }) => ({ createdAt: created_at, expiresAt: expires_at })),
    messages: app.db.all(messages).map(({ id, received_at }) => ({ number: id, receivedAt: received_at })),
    hasAccount: ownerOf(app, address) !== undefined,
  }
}

function wordsOf(purpose: string): string {
  return purpose in mailPurposes ? text(mailPurposes[purpose as MailPurpose].wording) : text('address.all')
}
