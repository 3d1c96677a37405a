import type { SendMailOptions } from 'nodemailer'
import type { App } from '../app.ts'
import { unwrap } from '../crypto/sealing.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'
import { unsubscribeKey } from './outbox.ts'
import { mailPurposeOf, isAccountNotice } from './permission.ts'
import { type RenderedMail, renderMail } from './render.ts'

/** A mail that still has what it says. */
export type UnsentMail = Pick<MailTable, 'id' | 'account_id' | 'kind' | 'purpose' | 'recipient' | 'created_at'> & {
  readonly body: Uint8Array
}

/** A mail in words. */
export function renderStoredMail(app: App, mail: UnsentMail): RenderedMail {
  const facts = JSON.parse(unwrap('mail', mail.id, app.root, mail.body)) as MailFacts[MailKind]
  const foot = {
    purpose: mailPurposeOf(mail) ?? 'account',
    stopUrl: unsubscribeUrl(app, mail.id),
    canStop: !isAccountNotice(app, mail),
  }
  return renderMail(app.config, mail.kind as MailKind, facts, foot)
}

/** A mail as it goes over the wire. Date and Message-ID are the same each time it is tried: one that comes twice is seen to be one. */
export function smtpMessageOf(app: App, mail: UnsentMail): SendMailOptions {
  const { subject, text, html } = renderStoredMail(app, mail)
  return {
    from: { name: app.config.name, address: app.config.mailFrom },
    to: { name: '', address: mail.recipient },
    envelope: { from: app.config.mailFrom, to: mail.recipient },
    subject,
    text,
    html,
    date: new Date(mail.created_at),
    messageId: `<${mail.id}@${mailHostName(app.config)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(app, mail) },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The name that this instance has among mail servers: that of its address, never that of the machine. */
export function mailHostName({ baseUrl }: App['config']): string {
  const { hostname } = new URL(baseUrl)
  return /^[\d.]+$|^\[/.test(hostname) ? 'localhost' : hostname
}

/** Where a mail of this kind is stopped. */
function unsubscribeUrl(app: App, id: string): string {
  return `${app.config.baseUrl}/mail/stop/${id}/${unsubscribeKey(app, id)}`
}

// RFC 8058: one POST ends it. Where a POST ends nothing, nothing of the kind is said, and the page says why.
function unsubscribeHeaders(app: App, mail: UnsentMail): Record<string, string> {
  const page = { 'List-Unsubscribe': `<${unsubscribeUrl(app, mail.id)}>` }
  return isAccountNotice(app, mail) ? page : { ...page, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}
