import type { SendMailOptions } from 'nodemailer'
import type { App } from '../app.ts'
import { unwrap } from '../crypto/sealing.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'
import { unsubscribeKey } from './outbox.ts'
import { isAccountNotice, mailPurposeOf } from './permission.ts'
import { type RenderedMail, renderMail } from './render.ts'

/** A mail whose content has not been erased yet. */
export type UnsentMail = Pick<MailTable, 'id' | 'account_id' | 'kind' | 'purpose' | 'recipient' | 'created_at'> & {
  readonly body: Uint8Array
}

/** Renders a mail from the outbox. */
export async function renderStoredMail(app: App, mail: UnsentMail): Promise<RenderedMail> {
  return render(app, mail, await canUnsubscribe(app, mail))
}

async function canUnsubscribe({ db }: App, mail: UnsentMail): Promise<boolean> {
  return !(await db.read(() => isAccountNotice(mail)))
}

function render(app: App, mail: UnsentMail, canUnsubscribe: boolean): RenderedMail {
  const facts = JSON.parse(unwrap('mail', mail.id, app.root, mail.body)) as MailFacts[MailKind]
  const footer = {
    purpose: mailPurposeOf(mail) ?? 'account',
    unsubscribeUrl: unsubscribeUrl(app, mail.id),
    canUnsubscribe,
  }
  return renderMail(app.config, mail.kind as MailKind, facts, footer)
}

/** Builds the message to send. Date and Message-ID are the same on every try, so that duplicates can be recognised. */
export async function smtpMessageOf(app: App, mail: UnsentMail): Promise<SendMailOptions> {
  const hasOptOut = await canUnsubscribe(app, mail)
  const { subject, text, html } = render(app, mail, hasOptOut)
  return {
    from: { name: app.config.name, address: app.config.mailFrom },
    to: { name: '', address: mail.recipient },
    envelope: { from: app.config.mailFrom, to: mail.recipient },
    subject,
    text,
    html,
    date: new Date(mail.created_at),
    messageId: `<${mail.id}@${mailHostName(app.config)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(app, mail, hasOptOut) },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** Returns the host name to use towards mail servers: that of the base URL, never that of the machine. */
export function mailHostName({ baseUrl }: App['config']): string {
  const { hostname } = new URL(baseUrl)
  return /^[\d.]+$|^\[/.test(hostname) ? 'localhost' : hostname
}

function unsubscribeUrl(app: App, id: string): string {
  return `${app.config.baseUrl}/mail/stop/${id}/${unsubscribeKey(app, id)}`
}

// One-click unsubscribe (RFC 8058). Mail that cannot be unsubscribed from links only to the page that explains why.
function unsubscribeHeaders(app: App, mail: UnsentMail, hasOptOut: boolean): Record<string, string> {
  const page = { 'List-Unsubscribe': `<${unsubscribeUrl(app, mail.id)}>` }
  return hasOptOut ? { ...page, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : page
}
