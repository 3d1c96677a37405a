import type { Selectable } from 'kysely'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailTable } from '../database/schema/accounts.ts'
import { mailRetention } from '../privacy/inventory/periods.ts'
import { minute, second } from '../time.ts'
import type { MailKind } from './mail-templates.ts'
import { addressHash } from './refusals.ts'

/** A mail that is ours to send, until its claim runs out. */
export type Claimed = Selectable<MailTable> & { readonly next_try_at: number }

/** Longer than sending can take: what was claimed by a program that ended is tried again after this, in milliseconds. */
export const claimedFor = 5 * minute
const atOnce = 5
const firstWait = 30 * second
const longestWait = 10 * minute

/** Claims some mails that are due, in one statement: moved forward, they are due for nobody else. */
export async function claimDue(app: App): Promise<Claimed[]> {
  const due = query
    .selectFrom('mail')
    .select('id')
    .where('next_try_at', '<=', app.now())
    .orderBy('next_try_at')
    .limit(atOnce)
  // Looked for every few seconds: without mail nothing is written.
  if (!app.db.first(due)) return []
  const rows = await app.db.commit(() => app.db.all(claim(app).where('id', 'in', due).returningAll()))
  return rows as Claimed[]
}

/** Claims one mail that is not done, due or not, inside the caller's commit. */
export function claimOne(app: App, id: string): Claimed | undefined {
  const one = claim(app).where('id', '=', id).where('next_try_at', 'is not', null).returningAll()
  return app.db.first(one) as Claimed | undefined
}

/** The server has it: what it said is erased, in the same statement that says so. */
export function markSent(app: App, mail: Claimed): Promise<void> {
  return finish(app, mail, 'sent')
}

/** It may not be sent. */
export function markRefused(app: App, mail: Claimed): Promise<void> {
  return finish(app, mail, 'refused')
}

/** It cannot be sent. */
export function giveUp(app: App, mail: Claimed): Promise<void> {
  return finish(app, mail, 'given_up')
}

/**
 * It is tried again later: after half a minute, then twice as long each time up to ten minutes, each time up to a half
 * more or less, so that mails which failed together do not come back together.
 */
export async function putOff(app: App, mail: Claimed): Promise<void> {
  const wait = Math.min(firstWait * 2 ** (mail.tries - 1), longestWait)
  const [chance = 0] = app.random(1)
  const next = Math.round(app.now() + wait * (0.5 + chance / 255))
  await app.db.commit(() =>
    app.db.run(
      query
        .updateTable('mail')
        .set({ next_try_at: next })
        .where('id', '=', mail.id)
        .where('next_try_at', '=', mail.next_try_at),
    ),
  )
}

function claim(app: App) {
  return query.updateTable('mail').set((set) => ({ next_try_at: app.now() + claimedFor, tries: set('tries', '+', 1) }))
}

// Of a mail to somebody whose account was erased not even the address stays (P22), be it the last one or a notice that
// the law had barred till then (P28): its mark is enough for who stops mail by its link.
const toErased: ReadonlySet<string> = new Set<MailKind>(['account-erased', 'disclosure-notice'])

async function finish(
  app: App,
  { id, kind, account_id, recipient, created_at }: Claimed,
  outcome: 'sent' | 'refused' | 'given_up',
) {
  const isLast = account_id === null && toErased.has(kind)
  await app.db.commit(() =>
    app.db.run(
      query
        .updateTable('mail')
        .set({ body: null, outcome, done_at: app.now(), next_try_at: null })
        .$if(isLast, (update) =>
          update.set({
            recipient: addressHash(app, recipient).toHex(),
            forget_at: created_at + mailRetention.standard,
          }),
        )
        .where('id', '=', id)
        .where('outcome', 'is', null),
    ),
  )
}
