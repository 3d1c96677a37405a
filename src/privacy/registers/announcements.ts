import type { Selectable } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { AnnouncementTable } from '../../database/schema/registers.ts'
import { AppError } from '../../errors.ts'
import { notifyEveryAccount } from '../../mail/notify.ts'
import { noticePeriod } from '../inventory/periods.ts'
import { refuseTooSoon } from '../policy/versions.ts'

/** That this instance will change hands. */
export interface Announcement {
  readonly id: string
  readonly kind: AnnouncementTable['kind']
  readonly receiver: string
  readonly publishedAt: number
  readonly transferAt: number
  readonly withdrawn: boolean
}

/** What is to be announced; the transfer is as soon as it may be where no moment is given. */
export interface NewAnnouncement {
  readonly kind: AnnouncementTable['kind']
  readonly receiver: string
  readonly transferAt: number | undefined
}

/** Announces a merger or a sale (P29): on the home page at once, and by mail to every account. Throws `notice_too_short`. */
export async function announceTransfer(app: App, { kind, receiver, transferAt }: NewAnnouncement): Promise<string> {
  const now = app.now()
  const earliest = now + noticePeriod
  refuseTooSoon(transferAt ?? earliest, earliest)
  const row = {
    id: app.random(4).toHex(),
    kind,
    receiver,
    published_at: now,
    transfer_at: transferAt ?? earliest,
    withdrawn_at: null,
    noticed_at: null,
  }
  await app.db.commit(() => app.db.run(query.insertInto('announcement').values(row)))
  return row.id
}

/** Takes an announcement back: nothing is handed over. Throws `not_found`. */
export async function withdrawAnnouncement(app: App, id: string): Promise<void> {
  const withdraw = query.updateTable('announcement').set({ withdrawn_at: app.now() }).where('id', '=', id)
  const { changes } = await app.db.commit(() => app.db.run(withdraw.where('withdrawn_at', 'is', null)))
  if (changes === 0) throw new AppError('not_found')
}

/** Every announcement, newest first. */
export function listAnnouncements(app: App): Announcement[] {
  return app.db
    .all(query.selectFrom('announcement').selectAll().orderBy('published_at', 'desc'))
    .map(({ withdrawn_at, ...row }) => announcementOf(row, withdrawn_at !== null))
}

function announcementOf(row: Omit<Selectable<AnnouncementTable>, 'withdrawn_at'>, withdrawn: boolean): Announcement {
  const { id, kind, receiver, published_at, transfer_at } = row
  return { id, kind, receiver, publishedAt: published_at, transferAt: transfer_at, withdrawn }
}

/**
 * Whether the whole of an instance may leave it for somebody else: a transfer was announced, by mail too, and the time
 * of notice is over. Nothing that hands everything over may run without asking this (P29).
 */
export function mayTransfer(app: App): boolean {
  const announced = query
    .selectFrom('announcement')
    .select('id')
    .where('withdrawn_at', 'is', null)
    .where('noticed_at', '<=', app.now() - noticePeriod)
    .where('transfer_at', '<=', app.now())
  return app.db.first(announced.limit(1)) !== undefined
}

/** Mails every account that the instance will change hands, once. */
export async function notifyTransfers(app: App): Promise<void> {
  const untold = query
    .selectFrom('announcement')
    .selectAll()
    .where('withdrawn_at', 'is', null)
    .where('noticed_at', 'is', null)
  for (const { id, receiver, transfer_at } of app.db.all(untold)) {
    const claim = query.updateTable('announcement').set({ noticed_at: app.now() }).where('id', '=', id)
    await app.db.commit(() => {
      if (app.db.run(claim.where('noticed_at', 'is', null)).changes === 0) return
      notifyEveryAccount(app, 'transfer-notice', { receiver, transferAt: transfer_at, link: '/transparency' })
    })
  }
}
