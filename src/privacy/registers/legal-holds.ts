import type { Member } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { all, first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { activeOperators, notifyOperators } from '../../mail/notify.ts'
import { day } from '../../time.ts'
import { maxLegalHold, registerRetention, unconfirmedHoldRetention } from '../inventory/periods.ts'

/** A legal obligation to keep an account, and when it must be reviewed. */
export interface NewLegalHold {
  readonly account: string
  /** The court or authority and its reference number. */
  readonly reference: string
  readonly reviewAt: number
}

/** A legal hold as an operator sees it. `subject` is the user name of the account, undefined once the hold is over. */
export interface LegalHold {
  readonly id: string
  readonly state: 'waiting' | 'in force' | 'over'
  readonly subject: string | undefined
  readonly reference: string
  readonly setAt: number
  readonly reviewAt: number
  /** Whether the operator viewing it can confirm it. */
  readonly canConfirm: boolean
}

const remindBefore = 14 * day

/**
 * Places a legal hold on an account (P23) and returns its id. If there are several operators, another one must confirm
 * it before it takes effect. Throws `field_invalid` if the review is in the past or more than a year away.
 */
export async function setLegalHold(
  app: App,
  member: Member,
  { account, reference, reviewAt }: NewLegalHold,
): Promise<string> {
  const now = app.now()
  if (reviewAt <= now || reviewAt > now + maxLegalHold) throw new AppError('field_invalid', { field: 'review' })
  const id = app.random(4).toHex()
  await app.db.commit(function* () {
    const isOnlyOperator = (yield* activeOperators()).length < 2
    const row = {
      id,
      subject: account,
      reference: wrap('legal_hold', id, app.root, reference, app.random),
      set_by: isOnlyOperator ? null : member.account,
      set_at: now,
      confirmed_at: isOnlyOperator ? now : null,
      review_at: reviewAt,
      reminded_at: null,
      released_at: null,
      forget_at: isOnlyOperator ? reviewAt + registerRetention.register : now + unconfirmedHoldRetention,
    }
    yield* run(query.insertInto('legal_hold').values(row))
  })
  return id
}

/** Confirms a hold that another operator placed. Throws `not_found`, `second_operator_needed`. */
export async function confirmLegalHold(app: App, member: Member, id: string): Promise<void> {
  await app.db.commit(function* () {
    const row = yield* findUnconfirmedHold(app, id)
    if (row.set_by === member.account) throw new AppError('second_operator_needed')
    const confirmed = { confirmed_at: app.now(), set_by: null, forget_at: row.review_at + registerRetention.register }
    yield* run(query.updateTable('legal_hold').set(confirmed).where('id', '=', id))
  })
}

function* findUnconfirmedHold(app: App, id: string) {
  const row = yield* first(
    query
      .selectFrom('legal_hold')
      .select(['set_by', 'review_at'])
      .where('id', '=', id)
      .where('confirmed_at', 'is', null)
      .where('released_at', 'is', null)
      .where('review_at', '>', app.now()),
  )
  if (!row) throw new AppError('not_found')
  return row
}

/** Releases a hold; one operator is enough. The next purge erases what is due. Throws `not_found`. */
export async function releaseLegalHold(app: App, id: string): Promise<void> {
  const now = app.now()
  const released = { released_at: now, subject: null, set_by: null, forget_at: now + registerRetention.register }
  const release = query.updateTable('legal_hold').set(released).where('id', '=', id).where('released_at', 'is', null)
  if ((await app.db.commit(() => run(release))) === 0) throw new AppError('not_found')
}

/** Returns whether a hold prevents the erasure of an account. A hold ends by itself at its review date. */
export function* isOnLegalHold(app: App, account: string): Unit<boolean> {
  return (yield* first(holdsInForce(app).where('subject', '=', account).limit(1))) !== undefined
}

/** Counts the holds in force. */
export function* countLegalHolds(app: App): Unit<number> {
  return (yield* all(holdsInForce(app))).length
}

function holdsInForce(app: App) {
  return query
    .selectFrom('legal_hold')
    .select(['id', 'review_at'])
    .where('confirmed_at', 'is not', null)
    .where('released_at', 'is', null)
    .where('review_at', '>', app.now())
}

/** Lists the register of legal holds, newest first. */
export async function listLegalHolds(app: App, { account }: Member): Promise<LegalHold[]> {
  const rows = query
    .selectFrom('legal_hold')
    .leftJoin('account', 'account.id', 'legal_hold.subject')
    .selectAll('legal_hold')
    .select('account.user_name')
    .orderBy('set_at', 'desc')
  return (await app.db.read(() => all(rows))).map((row) => {
    const isOver = row.released_at !== null || row.review_at <= app.now()
    const state = isOver ? 'over' : row.confirmed_at === null ? 'waiting' : 'in force'
    return {
      id: row.id,
      state,
      subject: isOver ? undefined : (row.user_name ?? undefined),
      reference: unwrap('legal_hold', row.id, app.root, row.reference),
      setAt: row.set_at,
      reviewAt: row.review_at,
      canConfirm: state === 'waiting' && row.set_by !== account,
    }
  })
}

/** Reminds the operators once of each hold that is due for review, and deletes the account ids of holds that ended. */
export async function remindOfLegalHolds(app: App): Promise<void> {
  const dueSoon = holdsInForce(app)
    .where('reminded_at', 'is', null)
    .where('review_at', '<=', app.now() + remindBefore)
  for (const { id, review_at } of await app.db.read(() => all(dueSoon))) await sendReminder(app, id, review_at)
  await deleteSubjectsOfEndedHolds(app)
}

async function sendReminder(app: App, id: string, reviewAt: number): Promise<void> {
  const claim = query.updateTable('legal_hold').set({ reminded_at: app.now() }).where('id', '=', id)
  await app.db.commit(function* () {
    if ((yield* run(claim.where('reminded_at', 'is', null))) === 0) return
    yield* notifyOperators(app, 'hold-review', { reviewAt, link: '/operator/holds' })
  })
}

async function deleteSubjectsOfEndedHolds(app: App): Promise<void> {
  const ended = query.selectFrom('legal_hold').select('id').where('review_at', '<=', app.now())
  if (!(await app.db.read(() => first(ended.where('subject', 'is not', null))))) return
  const clear = query.updateTable('legal_hold').set({ subject: null, set_by: null })
  await app.db.commit(() => run(clear.where('review_at', '<=', app.now())))
}
