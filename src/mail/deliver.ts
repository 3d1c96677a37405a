import type { App } from '../app.ts'
import { hour } from '../time.ts'
import { mailHostName, smtpMessageOf, type UnsentMail } from './message.ts'
import { mayBeSent } from './permission.ts'
import { type ClaimedMail, claimDueMail, markGivenUp, markRefused, markSent, scheduleRetry } from './queue.ts'
import { openSmtp, type Smtp, type SmtpResult } from './smtp.ts'

/** A mail is given up once it is older than `age`, in milliseconds, and has been tried `tries` times. */
export const retryLimit = { age: 48 * hour, tries: 8 }
/** How long the mail server may fail before that is an alarm, in milliseconds. */
export const stuckAfter = hour

/** Returns whether this instance sends mail. If not, the outbox keeps it for the operator to pass on. */
export function canSendMail({ config }: Pick<App, 'config'>): boolean {
  return config.smtpUrl !== undefined
}

/**
 * Sends all mail that is due. Whether a mail may be sent is decided now (P12). A claim prevents two processes from
 * sending the same mail. If the process ends after the server accepted a mail and before the commit that records it, the
 * mail is sent again with the same Message-ID; recording it first could lose mail instead.
 */
export async function deliverDueMail(app: App): Promise<void> {
  if (!canSendMail(app)) return
  for (let smtp: Smtp | undefined; ; ) {
    const claimed = await claimDueMail(app)
    if (claimed.length === 0) return
    smtp ??= await openSmtp(app.config, mailHostName(app.config))
    const sending = smtp
    const results = await Promise.all(claimed.map((mail) => deliverOne(app, sending, mail)))
    if (results.some((result) => result !== undefined && isServerFault(result))) return
  }
}

/** Sends one mail, due or not, and returns the result; undefined if the mail may not be sent. */
export async function deliverOne(app: App, smtp: Smtp, mail: ClaimedMail): Promise<SmtpResult | undefined> {
  if (!(await mayBeSent(app, mail)) || !isUnsent(mail)) {
    await markRefused(app, mail)
    return undefined
  }
  const result = await smtp.send(await smtpMessageOf(app, mail))
  recordServerState(app, result)
  if (result.outcome === 'accepted') await markSent(app, mail)
  else if (result.outcome === 'refused' || isTooOld(app, mail)) await abandon(app, mail, result)
  else await scheduleRetry(app, mail)
  return result
}

/**
 * Returns whether the mail server has accepted nothing for an hour, which is a health alarm. Failures of single mails do
 * not count.
 */
export function isMailStuck(app: App): boolean {
  const { failingSince: since } = app.mailServer
  return since !== undefined && canSendMail(app) && app.monotonic() - since >= stuckAfter
}

/** Returns whether a result is about the server, not about the mail. */
export function isServerFault({ outcome }: SmtpResult): boolean {
  return outcome !== 'accepted' && outcome !== 'refused' && outcome !== 'deferred'
}

// Logs one line when a failure begins and one when it ends, however many mails wait, without naming recipients.
function recordServerState(app: App, result: SmtpResult): void {
  const { mailServer } = app
  const isFailing = mailServer.failingSince !== undefined
  if (!isServerFault(result)) {
    mailServer.failingSince = undefined
    if (isFailing) app.log.write({ event: 'mail_server_recovered' })
  } else if (!isFailing) {
    mailServer.failingSince = app.monotonic()
    app.log.write({ event: 'mail_server_failing', code: result.outcome })
  }
}

async function abandon(app: App, mail: ClaimedMail, { outcome }: SmtpResult): Promise<void> {
  await markGivenUp(app, mail)
  app.log.write({ event: 'mail_given_up', code: outcome })
}

function isTooOld(app: App, { created_at, tries }: ClaimedMail): boolean {
  return !app.clock.isFrozen && app.now() - created_at >= retryLimit.age && tries >= retryLimit.tries
}

function isUnsent(mail: ClaimedMail): mail is ClaimedMail & UnsentMail {
  return mail.body !== null
}
