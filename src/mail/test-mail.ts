import type { App } from '../app.ts'
import { deliver } from './deliver.ts'
import { hostOf } from './message.ts'
import { enqueueMail } from './outbox.ts'
import { claimOne, giveUp } from './queue.ts'
import { type Answer, openSmtp } from './smtp.ts'

/**
 * Sends a test mail now, once, and returns the answer of the mail server. Returns undefined if the recipient has
 * refused mail from this instance.
 */
export async function sendTestMail(app: App, recipient: string): Promise<Answer | undefined> {
  const message = { kind: 'test', purpose: 'account', to: recipient, account: null, facts: {} } as const
  // Enqueued and claimed in one commit, so that a running server does not send it first.
  const mail = await app.db.commit(() => claimOne(app, enqueueMail(app, message)))
  if (!mail) throw new Error('the mail could not be claimed')
  const answer = await deliver(app, await openSmtp(app.config, hostOf(app.config)), mail)
  if (answer?.said !== 'taken') await giveUp(app, mail)
  return answer
}
