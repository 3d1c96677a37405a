import type { Selectable } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { AnnouncementTable } from '../../database/schema/registers.ts'
import { all, first, run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { notifyEveryAccount } from '../../mail/notify.ts'
import { noticePeriod } from '../inventory/periods.ts'
import { requireNoticePeriod } from '../policy/versions.ts'

/** An announcement that the operator of this instance will change. */
export interface Announcement {
  readonly id: string
  readonly kind: AnnouncementTable['kind']
  readonly receiver: string
  readonly publishedAt: number
  readonly transferAt: number
  readonly isWithdrawn: boolean
}

/** A new announcement. Without `transferAt`, the transfer is at the earliest permitted time. */
export interface NewAnnouncement {
  readonly kind: AnnouncementTable['kind']
  readonly receiver: string
  readonly transferAt: number | undefined
}

/**
 * Announces a merger or a sale (P29) on the home page and by mail to every account, and returns the id of the
 * announcement. Throws `notice_too_short`.
 */
export async function announceTransfer(app: App, { kind, receiver, transferAt }: NewAnnouncement): Promise<string> {
  const now = app.now()
  const earliest = now + noticePeriod
  requireNoticePeriod(transferAt ?? earliest, earliest)
  const row = {
    id: app.random(4).toHex(),
    kind,
    receiver,
    published_at: now,
    transfer_at: transferAt ?? earliest,
    withdrawn_at: null,
    noticed_at: null,
  }
  await app.db.commit(() => run(query.insertInto('announcement').values(row)))
  return row.id
}

/** Withdraws an announcement. Throws `not_found`. */
export async function withdrawAnnouncement(app: App, id: string): Promise<void> {
  const withdraw = query.updateTable('announcement').set({ withdrawn_at: app.now() }).where('id', '=', id)
  const changes = await app.db.commit(() => run(withdraw.where('withdrawn_at', 'is', null)))
  if (changes === 0) throw new AppError('not_found')
}

/** Lists every announcement, newest first. */
export async function listAnnouncements(app: App): Promise<Announcement[]> {
  return (
    await app.db.read(() => all(query.selectFrom('announcement').selectAll().orderBy('published_at', 'desc')))
  ).map(announcementOf)
}

function announcementOf(row: Selectable<AnnouncementTable>): Announcement {
  const { id, kind, receiver, published_at, transfer_at, withdrawn_at } = row
  return { id, kind, receiver, publishedAt: published_at, transferAt: transfer_at, isWithdrawn: withdrawn_at !== null }
}

/**
 * Returns whether all data may be transferred to a new operator: a transfer was announced, also by mail, and the notice
 * period is over. Every operation that transfers all data must check this (P29).
 */
export async function isTransferAllowed(app: App): Promise<boolean> {
  const announced = query
    .selectFrom('announcement')
    .select('id')
    .where('withdrawn_at', 'is', null)
    .where('noticed_at', '<=', app.now() - noticePeriod)
    .where('transfer_at', '<=', app.now())
  return (await app.db.read(() => first(announced.limit(1)))) !== undefined
}

/** Notifies every account once of each announced transfer. */
export async function notifyTransfers(app: App): Promise<void> {
  const unnoticed = query
    .selectFrom('announcement')
    .selectAll()
    .where('withdrawn_at', 'is', null)
    .where('noticed_at', 'is', null)
  for (const { id, receiver, transfer_at } of await app.db.read(() => all(unnoticed))) {
    const claim = query.updateTable('announcement').set({ noticed_at: app.now() }).where('id', '=', id)
    await app.db.commit(function* () {
      if ((yield* run(claim.where('noticed_at', 'is', null))) === 0) return
      yield* notifyEveryAccount(app, 'transfer-notice', { receiver, transferAt: transfer_at, link: '/transparency' })
    })
  }
}
