import type { App } from '../app.ts'
import { deliverOne } from './deliver.ts'
import { mailHostName } from './message.ts'
import { enqueueMail } from './outbox.ts'
import { claimMail, markGivenUp } from './queue.ts'
import { openSmtp, type SmtpResult } from './smtp.ts'

/**
 * Sends a test mail now, once, and returns the result. Returns undefined if the recipient has
 * refused mail from this instance.
 */
export async function sendTestMail(app: App, recipient: string): Promise<SmtpResult | undefined> {
  const message = { kind: 'test', purpose: 'account', to: recipient, account: null, facts: {} } as const
  // Enqueued and claimed in one commit, so that a running server does not send it first.
  const mail = await app.db.commit(function* () {
    return yield* claimMail(app, yield* enqueueMail(app, message))
  })
  if (!mail) throw new Error('another process is already sending the mail')
  const result = await deliverOne(app, await openSmtp(app.config, mailHostName(app.config)), mail)
  if (result?.outcome !== 'accepted') await markGivenUp(app, mail)
  return result
}
