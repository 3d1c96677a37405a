import { requireAccount } from '../../accounts/access.ts'
import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { seconds } from '../../limits/limits.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { mayMailRecipient } from '../../mail/refusals.ts'
import { day, startOfDay } from '../../time.ts'
import type { Created, NewSecret } from '../new-secret.ts'

/**
 * Whether links are mailed from here. Without a mail server the outbox would wait for the operator to hand it over,
 * and a link opens a secret, which is not the operator's to see (P03).
 */
export function canDeliver({ smtpUrl, deliveries }: App['config']): boolean {
  return smtpUrl !== undefined && deliveries > 0
}

/**
 * Checks, before anything is made, that a link may be mailed to the recipient wished for. The sender is told why not:
 * who believes that a link is on its way sends no other. Throws `sign_in_required`, `delivery_off`,
 * `recipient_end_to_end`, `recipient_refuses`, `slow_down`.
 */
export function checkDelivery(app: App, actor: Actor, { content, recipient, notify }: NewSecret): void {
  if (recipient === undefined && !notify) return
  requireAccount(actor)
  if (recipient === undefined) return
  if (!canDeliver(app.config)) throw new AppError('delivery_off')
  if ('sealed' in content) throw new AppError('recipient_end_to_end')
  app.throttle.consume('mail', recipient, actor.network)
  if (!mayMailRecipient(app, recipient)) throw new AppError('recipient_refuses')
}

/** Mails the link on its owner's order, never the passphrase, inside the create's commit. Throws `delivery_quota`. */
export function deliver(app: App, account: string, to: string, { key, expiresAt }: Created): void {
  const today = startOfDay(app.now())
  const { sent } = app.db.first(countToday({ account, today })) ?? { sent: 0 }
  const limit = app.config.deliveries
  if (sent >= limit) throw new AppError('delivery_quota', { limit, seconds: seconds(today + day - app.now()) })
  const from = app.db.first(selectName({ account }))?.user_name ?? ''
  const facts = { link: `/secret/${key}`, from, expiresAt }
  enqueueMail(app, { kind: 'secret-link', purpose: 'delivery', to, account, facts })
}

const countToday = preparedQuery<{ account: string; today: number }>()((value) =>
  query
    .selectFrom('mail')
    .select(({ fn }) => fn.countAll<number>().as('sent'))
    .where('account_id', '=', value('account'))
    .where('kind', '=', 'secret-link')
    .where('created_at', '>=', value('today')),
)
// The user name, which is one of a kind: a real name could be anybody's.
const selectName = preparedQuery<{ account: string }>()((value) =>
  query.selectFrom('account').select('user_name').where('id', '=', value('account')),
)
