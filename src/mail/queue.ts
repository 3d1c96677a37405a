import type { Selectable } from 'kysely'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import { all, first, run, type Unit } from '../database/unit.ts'
import { mailRetention } from '../privacy/inventory/periods.ts'
import { minute, second } from '../time.ts'
import type { MailKind } from './mail-templates.ts'
import { addressHash } from './refusals.ts'

/** A mail that this process may send until its claim expires. */
export type ClaimedMail = Selectable<MailTable> & { readonly next_try_at: number }

/** How long a claim lasts, in milliseconds: longer than sending can take. Mail of a crashed process is then retried. */
export const claimDuration = 5 * minute
const batchSize = 5
const firstDelay = 30 * second
const maxDelay = 10 * minute

/** Claims up to five mails that are due, in one query that postpones them for every other process. */
export async function claimDueMail(app: App): Promise<ClaimedMail[]> {
  const due = query
    .selectFrom('mail')
    .select('id')
    .where('next_try_at', '<=', app.now())
    .orderBy('next_try_at')
    .limit(batchSize)
  // Runs every few seconds: avoids a write if no mail is due.
  if (!(await app.db.read(() => first(due)))) return []
  const rows = await app.db.commit(() => all(claim(app).where('id', 'in', due).returningAll()))
  return rows as ClaimedMail[]
}

/** Claims one unfinished mail, due or not, inside the caller's commit. */
export function* claimMail(app: App, id: string): Unit<ClaimedMail | undefined> {
  const mail = claim(app).where('id', '=', id).where('next_try_at', 'is not', null).returningAll()
  return (yield* first(mail)) as ClaimedMail | undefined
}

/** Marks a mail as sent and erases its content. */
export function markSent(app: App, mail: ClaimedMail): Promise<void> {
  return finish(app, mail, 'sent')
}

/** Marks a mail as refused by policy and erases its content. */
export function markRefused(app: App, mail: ClaimedMail): Promise<void> {
  return finish(app, mail, 'refused')
}

/** Marks a mail as given up after the last try and erases its content. */
export function markGivenUp(app: App, mail: ClaimedMail): Promise<void> {
  return finish(app, mail, 'given_up')
}

/**
 * Schedules the next try: after 30 seconds, then twice as long each time up to 10 minutes, with ±50% jitter so that mails
 * that failed together are not retried together.
 */
export async function scheduleRetry(app: App, mail: ClaimedMail): Promise<void> {
  const delay = Math.min(firstDelay * 2 ** (mail.tries - 1), maxDelay)
  const [jitter = 0] = app.random(1)
  const next = Math.round(app.now() + delay * (0.5 + jitter / 255))
  await app.db.commit(() =>
    run(
      query
        .updateTable('mail')
        .set({ next_try_at: next })
        .where('id', '=', mail.id)
        .where('next_try_at', '=', mail.next_try_at),
    ),
  )
}

function claim(app: App) {
  return query
    .updateTable('mail')
    .set((set) => ({ next_try_at: app.now() + claimDuration, tries: set('tries', '+', 1) }))
}

// After mail to a person whose account was erased, the address is replaced by its hash (P22): that is enough for the
// unsubscribe link to work.
const toErasedAccounts: ReadonlySet<string> = new Set<MailKind>(['account-erased', 'disclosure-notice'])

type UnsentMail = Pick<ClaimedMail, 'id' | 'kind' | 'account_id' | 'recipient' | 'created_at'>

async function finish(app: App, mail: ClaimedMail, outcome: 'sent' | 'refused' | 'given_up'): Promise<void> {
  await app.db.commit(() => finishInUnit(app, mail, outcome))
}

function finishInUnit(
  app: App,
  { id, kind, account_id, recipient, created_at }: UnsentMail,
  outcome: 'sent' | 'refused' | 'given_up',
): Unit<unknown> {
  const isToErasedAccount = account_id === null && toErasedAccounts.has(kind)
  return run(
    query
      .updateTable('mail')
      .set({ body: null, outcome, done_at: app.now(), next_try_at: null })
      .$if(isToErasedAccount, (update) =>
        update.set({
          recipient: addressHash(app, recipient).toHex(),
          forget_at: created_at + mailRetention.standard,
        }),
      )
      .where('id', '=', id)
      .where('outcome', 'is', null),
  )
}

/** Gives up all mail that was enqueued before a moment and not sent, inside the caller's commit. */
export function* giveUpUnsentMail(app: App, before: number): Unit<void> {
  const columns = ['id', 'kind', 'account_id', 'recipient', 'created_at'] as const
  const unsent = query.selectFrom('mail').select(columns).where('outcome', 'is', null).where('created_at', '<', before)
  for (const mail of yield* all(unsent)) yield* finishInUnit(app, mail, 'given_up')
}
