import { requireAccount } from '../../accounts/access.ts'
import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { first, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { toWholeSeconds } from '../../limits/limits.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { mayMailRecipient } from '../../mail/refusals.ts'
import { day, startOfDay } from '../../time.ts'
import type { CreatedSecret, CreateInput } from '../new-secret.ts'

/**
 * Whether this instance mails links. It does not without a mail server: the operator would then read the outbox by hand,
 * and a link in it would open the secret (P03).
 */
export function canDeliverLinks({ smtpUrl, deliveries }: App['config']): boolean {
  return smtpUrl !== undefined && deliveries > 0
}

/**
 * Checks, before anything is stored, that the link may be mailed to the requested recipient. A sender whose recipient
 * refuses mail is told so, because the link has to be sent another way. Throws `sign_in_required`, `delivery_off`,
 * `recipient_end_to_end`, `recipient_refuses`, `slow_down`.
 */
export async function checkDelivery(
  app: App,
  actor: Actor,
  { content, recipient, notify }: CreateInput,
): Promise<void> {
  if (recipient === undefined && !notify) return
  requireAccount(actor)
  if (recipient === undefined) return
  if (!canDeliverLinks(app.config)) throw new AppError('delivery_off')
  if ('sealed' in content) throw new AppError('recipient_end_to_end')
  app.throttle.consume('mail', recipient, actor.network)
  if (!(await mayMailRecipient(app, recipient))) throw new AppError('recipient_refuses')
}

/** Enqueues the mail with the link, never with the passphrase; inside the create's commit. Throws `delivery_quota`. */
export function* enqueueDelivery(app: App, account: string, to: string, { key, expiresAt }: CreatedSecret): Unit<void> {
  const today = startOfDay(app.now())
  const { sent } = (yield* first(countDeliveries({ account, today }))) ?? { sent: 0 }
  const limit = app.config.deliveries
  if (sent >= limit) throw new AppError('delivery_quota', { limit, seconds: toWholeSeconds(today + day - app.now()) })
  const from = (yield* first(selectUserName({ account })))?.user_name ?? ''
  const facts = { link: `/secret/${key}`, from, expiresAt }
  yield* enqueueMail(app, { kind: 'secret-link', purpose: 'delivery', to, account, facts })
}

const countDeliveries = preparedQuery<{ account: string; today: number }>()((value) =>
  query
    .selectFrom('mail')
    .select(({ fn }) => fn.countAll<number>().as('sent'))
    .where('account_id', '=', value('account'))
    .where('kind', '=', 'secret-link')
    .where('created_at', '>=', value('today')),
)
// The mail names the sender by user name, which is unique; a real name could be anyone's.
const selectUserName = preparedQuery<{ account: string }>()((value) =>
  query.selectFrom('account').select('user_name').where('id', '=', value('account')),
)
