import type { App } from '../app.ts'
import { hour } from '../time.ts'
import { mailHostName, smtpMessageOf, type UnsentMail } from './message.ts'
import { mayBeSent } from './permission.ts'
import { type ClaimedMail, claimDueMail, markGivenUp, markRefused, markSent, scheduleRetry } from './queue.ts'
import { type SmtpResult, openSmtp, type Smtp } from './smtp.ts'

/** A mail that could not be sent is given up after this, in milliseconds, and after so many tries. */
export const retryLimit = { age: 48 * hour, tries: 8 }
/** A mail server that takes nothing for so long is an alarm, in milliseconds. */
export const stuckAfter = hour

/** Whether mail leaves this instance by itself; where it does not, the outbox keeps it for the operator to hand over. */
export function canSendMail({ config }: Pick<App, 'config'>): boolean {
  return config.smtpUrl !== undefined
}

/**
 * Sends what is due. Whether a mail may be sent is asked now (P12). One that was claimed is nobody else's until its
 * claim runs out: two programs on one database send each mail once. If this one ends between the server's word that it
 * took a mail and the commit that notes it, which is the next thing it does, that mail is sent once more, with the same
 * Message-ID; the other order would lose mail instead.
 */
export async function deliverDueMail(app: App): Promise<void> {
  if (!canSendMail(app)) return
  for (let smtp: Smtp | undefined; ; ) {
    const claimed = await claimDueMail(app)
    if (claimed.length === 0) return
    smtp ??= await openSmtp(app.config, mailHostName(app.config))
    const sending = smtp
    const answers = await Promise.all(claimed.map((mail) => deliverOne(app, sending, mail)))
    if (answers.some((answer) => answer !== undefined && isServerFault(answer))) return
  }
}

/** Sends one mail now, whether it is due or not, and says how the server took it; nothing where it may not be sent. */
export async function deliverOne(app: App, smtp: Smtp, mail: ClaimedMail): Promise<SmtpResult | undefined> {
  if (!mayBeSent(app, mail) || !isUnsent(mail)) {
    await markRefused(app, mail)
    return undefined
  }
  const answer = await smtp.send(smtpMessageOf(app, mail))
  noteServer(app, answer)
  if (answer.said === 'taken') await markSent(app, mail)
  else if (answer.said === 'refused' || isTooOld(app, mail)) await abandon(app, mail, answer)
  else await scheduleRetry(app, mail)
  return answer
}

/** Whether the mail server has taken nothing from us for an hour: an alarm, for health. What one mail met is none. */
export function isMailStuck(app: App): boolean {
  const { failingSince: since } = app.mailServer
  return since !== undefined && canSendMail(app) && app.monotonic() - since >= stuckAfter
}

/** Whether an answer tells of the server, not of the mail. */
export function isServerFault({ said }: SmtpResult): boolean {
  return said !== 'taken' && said !== 'refused' && said !== 'not now'
}

// One line when it begins and one when it ends, however many mails wait. No line says whose mail it was.
function noteServer(app: App, answer: SmtpResult): void {
  const { mailServer } = app
  const isFailing = mailServer.failingSince !== undefined
  if (!isServerFault(answer)) {
    mailServer.failingSince = undefined
    if (isFailing) app.log.write({ event: 'mail_server_well' })
  } else if (!isFailing) {
    mailServer.failingSince = app.monotonic()
    app.log.write({ event: 'mail_server_failing', code: answer.said })
  }
}

async function abandon(app: App, mail: ClaimedMail, { said }: SmtpResult): Promise<void> {
  await markGivenUp(app, mail)
  app.log.write({ event: 'mail_given_up', code: said })
}

function isTooOld(app: App, { created_at, tries }: ClaimedMail): boolean {
  return app.now() - created_at >= retryLimit.age && tries >= retryLimit.tries
}

function isUnsent(mail: ClaimedMail): mail is ClaimedMail & UnsentMail {
  return mail.body !== null
}
