import type { SendMailOptions } from 'nodemailer'
import type { App } from '../app.ts'
import { unwrap } from '../crypto/sealing.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'
import { unsubscribeKey } from './outbox.ts'
import { purposeOf, staysWithAccount } from './permission.ts'
import { type Rendered, renderMail } from './render.ts'

/** A mail that still has what it says. */
export type Unsent = Pick<MailTable, 'id' | 'account_id' | 'kind' | 'purpose' | 'recipient' | 'created_at'> & {
  readonly body: Uint8Array
}

/** A mail in words. */
export function renderedOf(app: App, mail: Unsent): Rendered {
  const facts = JSON.parse(unwrap('mail', mail.id, app.root, mail.body)) as MailFacts[MailKind]
  const foot = {
    purpose: purposeOf(mail) ?? 'account',
    stopUrl: unsubscribeUrl(app, mail.id),
    canStop: !staysWithAccount(app, mail),
  }
  return renderMail(app.config, mail.kind as MailKind, facts, foot)
}

/** A mail as it goes over the wire. Date and Message-ID are the same each time it is tried: one that comes twice is seen to be one. */
export function messageOf(app: App, mail: Unsent): SendMailOptions {
  const { subject, text, html } = renderedOf(app, mail)
  return {
    from: { name: app.config.name, address: app.config.mailFrom },
    to: { name: '', address: mail.recipient },
    envelope: { from: app.config.mailFrom, to: mail.recipient },
    subject,
    text,
    html,
    date: new Date(mail.created_at),
    messageId: `<${mail.id}@${hostOf(app.config)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(app, mail) },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The name that this instance has among mail servers: that of its address, never that of the machine. */
export function hostOf({ baseUrl }: App['config']): string {
  const { hostname } = new URL(baseUrl)
  return /^[\d.]+$|^\[/.test(hostname) ? 'localhost' : hostname
}

/** Where a mail of this kind is stopped. */
function unsubscribeUrl(app: App, id: string): string {
  return `${app.config.baseUrl}/mail/stop/${id}/${unsubscribeKey(app, id)}`
}

// RFC 8058: one POST ends it. Where a POST ends nothing, nothing of the kind is said, and the page says why.
function unsubscribeHeaders(app: App, mail: Unsent): Record<string, string> {
  const page = { 'List-Unsubscribe': `<${unsubscribeUrl(app, mail.id)}>` }
  return staysWithAccount(app, mail) ? page : { ...page, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}
