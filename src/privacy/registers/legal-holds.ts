import type { Member } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { activeOperators, notifyOperators } from '../../mail/notify.ts'
import { day } from '../../time.ts'
import { maxLegalHold, registerRetention, unconfirmedHoldRetention } from '../inventory/periods.ts'

/** What obliges the operator to keep an account, and until when that has to be looked at again. */
export interface NewLegalHold {
  readonly account: string
  /** The order: which court or authority, which number. */
  readonly reference: string
  readonly reviewAt: number
}

/** A hold as an operator sees it. `subject` is the account's user name; nothing once it is over. */
export interface LegalHold {
  readonly id: string
  readonly state: 'waiting' | 'in force' | 'over'
  readonly subject: string | undefined
  readonly reference: string
  readonly setAt: number
  readonly reviewAt: number
  /** Whether this operator may confirm it. */
  readonly mayConfirm: boolean
}

const remindedBefore = 14 * day

/**
 * Sets a legal hold on an account (P23). Where there are two operators or more, another one has to confirm it before it
 * counts; an operator who is alone is enough. Throws `field_invalid` for a review that is past or over a year away.
 */
export async function setLegalHold(
  app: App,
  member: Member,
  { account, reference, reviewAt }: NewLegalHold,
): Promise<string> {
  const now = app.now()
  if (reviewAt <= now || reviewAt > now + maxLegalHold) throw new AppError('field_invalid', { field: 'review' })
  const id = app.random(4).toHex()
  await app.db.commit(() => {
    const isAlone = activeOperators(app).length < 2
    const row = {
      id,
      subject: account,
      reference: wrap('legal_hold', id, app.root, reference, app.random),
      set_by: isAlone ? null : member.account,
      set_at: now,
      confirmed_at: isAlone ? now : null,
      review_at: reviewAt,
      reminded_at: null,
      released_at: null,
      forget_at: isAlone ? reviewAt + registerRetention.register : now + unconfirmedHoldRetention,
    }
    app.db.run(query.insertInto('legal_hold').values(row))
  })
  return id
}

/** Confirms a hold that another operator has set. Throws `not_found`, `second_operator_needed`. */
export async function confirmLegalHold(app: App, member: Member, id: string): Promise<void> {
  await app.db.commit(() => {
    const row = findUnconfirmedHold(app, id)
    if (!row) throw new AppError('not_found')
    if (row.set_by === member.account) throw new AppError('second_operator_needed')
    const confirmed = { confirmed_at: app.now(), set_by: null, forget_at: row.review_at + registerRetention.register }
    app.db.run(query.updateTable('legal_hold').set(confirmed).where('id', '=', id))
  })
}

function findUnconfirmedHold(app: App, id: string) {
  return app.db.first(
    query
      .selectFrom('legal_hold')
      .select(['set_by', 'review_at'])
      .where('id', '=', id)
      .where('confirmed_at', 'is', null)
      .where('released_at', 'is', null)
      .where('review_at', '>', app.now()),
  )
}

/** Ends a hold: one operator is enough, and what it kept goes when it is due. Throws `not_found`. */
export async function releaseLegalHold(app: App, id: string): Promise<void> {
  const now = app.now()
  const released = { released_at: now, subject: null, set_by: null, forget_at: now + registerRetention.register }
  const release = query.updateTable('legal_hold').set(released).where('id', '=', id).where('released_at', 'is', null)
  if ((await app.db.commit(() => app.db.run(release))).changes === 0) throw new AppError('not_found')
}

/** Whether an account may not be erased now. A hold that nobody looked at again by its review is over by itself. */
export function isOnLegalHold(app: App, account: string): boolean {
  return app.db.first(inForce(app).where('subject', '=', account).limit(1)) !== undefined
}

/** How many holds are in force. */
export function countLegalHolds(app: App): number {
  return app.db.all(inForce(app)).length
}

function inForce(app: App) {
  return query
    .selectFrom('legal_hold')
    .select(['id', 'review_at'])
    .where('confirmed_at', 'is not', null)
    .where('released_at', 'is', null)
    .where('review_at', '>', app.now())
}

/** Every hold that is in the register, newest first. */
export function listLegalHolds(app: App, { account }: Member): LegalHold[] {
  const rows = query
    .selectFrom('legal_hold')
    .leftJoin('account', 'account.id', 'legal_hold.subject')
    .selectAll('legal_hold')
    .select('account.user_name')
    .orderBy('set_at', 'desc')
  return app.db.all(rows).map((row) => {
    const isOver = row.released_at !== null || row.review_at <= app.now()
    const state = isOver ? 'over' : row.confirmed_at === null ? 'waiting' : 'in force'
    return {
      id: row.id,
      state,
      subject: isOver ? undefined : (row.user_name ?? undefined),
      reference: unwrap('legal_hold', row.id, app.root, row.reference),
      setAt: row.set_at,
      reviewAt: row.review_at,
      mayConfirm: state === 'waiting' && row.set_by !== account,
    }
  })
}

/** Reminds the operators, once, of a hold that is to be looked at soon; and forgets whom an old one was about. */
export async function remindOfLegalHolds(app: App): Promise<void> {
  const soon = inForce(app)
    .where('reminded_at', 'is', null)
    .where('review_at', '<=', app.now() + remindedBefore)
  for (const { id, review_at } of app.db.all(soon)) {
    const claim = query.updateTable('legal_hold').set({ reminded_at: app.now() }).where('id', '=', id)
    await app.db.commit(() => {
      if (app.db.run(claim.where('reminded_at', 'is', null)).changes === 0) return
      notifyOperators(app, 'hold-review', { reviewAt: review_at, link: '/operator/holds' })
    })
  }
  const over = query.updateTable('legal_hold').set({ subject: null, set_by: null }).where('review_at', '<=', app.now())
  if (
    app.db.first(
      query.selectFrom('legal_hold').select('id').where('review_at', '<=', app.now()).where('subject', 'is not', null),
    )
  )
    await app.db.commit(() => app.db.run(over))
}
