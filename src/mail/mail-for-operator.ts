import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import { all, first } from '../database/unit.ts'
import type { MailKind } from './mail-templates.ts'
import { renderStoredMail, type UnsentMail } from './message.ts'

/** The recipient of a listed mail: the address, only its domain if the operator does not need more, or neither if erased. */
export interface ListedRecipient {
  readonly address?: string
  readonly domain?: string
}

/** A mail as the operator sees it in the list, without its text. Times are in milliseconds since the epoch. */
export interface ListedMail {
  readonly id: string
  readonly kind: string
  readonly recipient: ListedRecipient
  readonly outcome: MailTable['outcome']
  readonly tries: number
  readonly createdAt: number
  readonly nextTryAt: number | null
  readonly doneAt: number | null
}

/** The text of a mail, or the reason why the operator does not get it. */
export type MailText =
  | { readonly state: 'readable'; readonly recipient: string; readonly subject: string; readonly text: string }
  | { readonly state: 'private' }
  | { readonly state: 'erased'; readonly outcome: MailTable['outcome'] }

/** Lists the mails in the outbox, newest first. */
export async function listMailForOperator(app: App): Promise<ListedMail[]> {
  const columns = ['id', 'kind', 'recipient', 'outcome', 'tries', 'created_at', 'next_try_at', 'done_at'] as const
  const rows = await app.db.read(() =>
    all(query.selectFrom('mail').select(columns).orderBy('created_at', 'desc').orderBy('id')),
  )
  return rows.map(({ created_at, next_try_at, done_at, ...row }) => ({
    ...row,
    recipient: visibleRecipient(row),
    createdAt: created_at,
    nextTryAt: next_try_at,
    doneAt: done_at,
  }))
}

/** Reads a mail that has not been sent, to be handed over by the operator. Returns undefined if there is no such mail. */
export async function readMailForOperator(app: App, id: string): Promise<MailText | undefined> {
  const mail = await app.db.read(() => first(query.selectFrom('mail').selectAll().where('id', '=', id)))
  if (!mail) return undefined
  // The link in it opens a member's secret, which the operator must not read (P03).
  if (mail.kind === 'secret-link') return { state: 'private' }
  if (mail.body === null) return { state: 'erased', outcome: mail.outcome }
  return { state: 'readable', recipient: mail.recipient, ...(await renderStoredMail(app, mail as UnsentMail)) }
}

const secretKinds: ReadonlySet<string> = new Set<MailKind>(['secret-link', 'secret-opened'])

// The operator needs the address of a mail to hand over or one that failed. Other addresses would reveal what members
// do, which only they may show to an operator (P03).
function visibleRecipient({
  kind,
  recipient,
  outcome,
}: Pick<MailTable, 'kind' | 'recipient' | 'outcome'>): ListedRecipient {
  if (!recipient.includes('@')) return {}
  const isNeeded = outcome !== 'sent' && !secretKinds.has(kind)
  return isNeeded ? { address: recipient } : { domain: recipient.slice(recipient.lastIndexOf('@') + 1) }
}
