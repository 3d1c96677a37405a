import { timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { digest, unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import type { MessageTable } from '../../database/schema/registers.ts'
import { AppError } from '../../errors.ts'
import { notifyOperators } from '../../mail/notify.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { addressHash } from '../../mail/refusals.ts'
import { day } from '../../time.ts'
import { answerDeadline, registerRetention } from '../inventory/periods.ts'

/** What somebody wants to tell the operator. A complaint is titled "Privacy Concerns" and has to be answered. */
export interface NewMessage {
  readonly kind: MessageTable['kind']
  readonly body: string
  /** Where the answer goes; nothing where its sender will look at the page. */
  readonly address: string | undefined
}

/** A message as its sender sees it, and with `body` and `address` as the operator does. */
export interface Message {
  readonly number: number
  readonly kind: MessageTable['kind']
  readonly receivedAt: number
  readonly dueAt: number | null
  readonly answer: string | undefined
  readonly answeredAt: number | null
}

/** A message as the operator sees it. */
export interface ReceivedMessage extends Message {
  readonly body: string
  readonly hasAddress: boolean
}

// Before the due date, in milliseconds, and at it: at each of these the operator is reminded once.
const reminders = [15, 5, 0].map((days) => days * day)

/**
 * Takes a message (P27, P33): it gets a number, and its sender the path of a page on which to follow it. Throws
 * `slow_down`.
 */
export async function sendMessage(app: App, actor: Actor, message: NewMessage): Promise<string> {
  const { kind, body, address } = message
  app.throttle.consume('mail', address ?? kind, actor.network)
  const number = await app.db.commit(() => {
    const number = insertMessage(app, message)
    const wrapped = wrap('message', String(number), app.root, body, app.random)
    app.db.run(query.updateTable('message').set({ body: wrapped }).where('id', '=', number))
    notifyOperators(app, 'operator-message', { number: String(number), link: `/operator/messages/${number}` })
    return number
  })
  return pathOf(app, number)
}

function insertMessage(app: App, { kind, address }: NewMessage): number {
  const now = app.now()
  const row = {
    kind,
    body: new Uint8Array(),
    address: address === undefined ? null : wrap('message-address', '', app.root, address, app.random),
    mark: address === undefined ? null : addressHash(app, address),
    received_at: now,
    due_at: kind === 'complaint' ? now + answerDeadline : null,
    answer: null,
    answered_at: null,
    forget_at: kind === 'complaint' ? null : now + registerRetention.feedback,
  }
  return app.db.run(query.insertInto('message').values(row)).id
}

/** What became of a message, for who holds the path of its page. Throws `not_found`. */
export function readMessage(app: App, number: number, code: string): Message {
  if (!timingSafeEqual(digest('code', code), digest('code', codeOf(app, number)))) throw new AppError('not_found')
  const { kind, receivedAt, dueAt, answer, answeredAt } = receivedMessage(app, number)
  return { number, kind, receivedAt, dueAt, answer, answeredAt }
}

/** One message, for the operator. Throws `not_found`. */
export function receivedMessage(app: App, number: number): ReceivedMessage {
  const row = app.db.first(query.selectFrom('message').selectAll().where('id', '=', number))
  if (!row) throw new AppError('not_found')
  return messageOf(app, row)
}

/** Every message that is kept: those that wait for an answer first, the nearest due date before the others. */
export function listMessages(app: App): ReceivedMessage[] {
  const rows = query.selectFrom('message').selectAll().orderBy('answered_at').orderBy('due_at').orderBy('id')
  return app.db.all(rows).map((row) => messageOf(app, row))
}

/** Answers a message, once; its sender is mailed where there is an address, which is erased then. Throws `not_found`, `already_answered`. */
export async function answerMessage(app: App, number: number, answer: string): Promise<void> {
  await app.db.commit(() => {
    const row = app.db.first(query.selectFrom('message').selectAll().where('id', '=', number))
    if (!row) throw new AppError('not_found')
    if (row.answered_at !== null) throw new AppError('already_answered')
    const now = app.now()
    if (row.address) {
      const to = unwrap('message-address', '', app.root, row.address)
      const facts = { link: pathOf(app, number) }
      enqueueMail(app, { kind: 'message-answered', purpose: 'recourse', to, account: null, facts })
    }
    const values = {
      answer: wrap('answer', String(number), app.root, answer, app.random),
      answered_at: now,
      forget_at: now + registerRetention[row.kind],
      address: null,
      mark: null,
    }
    app.db.run(query.updateTable('message').set(values).where('id', '=', number))
  })
}

/** Forgets the address of who wrote, wherever it stands, inside the caller's commit: what was written waits on for its answer. */
export function forgetSender(app: App, address: string): void {
  const of = query.updateTable('message').where('mark', '=', addressHash(app, address))
  app.db.run(of.set({ address: null, mark: null }))
}

/** How many complaints are past their due date without an answer: more than none is an alarm (P27). */
export function overdueComplaints(app: App): number {
  const overdue = query
    .selectFrom('message')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('answered_at', 'is', null)
    .where('due_at', '<=', app.now())
  return app.db.first(overdue)?.rows ?? 0
}

/** Reminds the operator of complaints that wait, once at each step towards the due date. */
export async function remindOfOverdueComplaints(app: App): Promise<void> {
  const waiting = query
    .selectFrom('message')
    .select(['id', 'due_at', 'reminded'])
    .where('answered_at', 'is', null)
    .where('due_at', '<=', app.now() + (reminders[0] ?? 0))
    .where('reminded', '<', reminders.length)
  for (const { id, due_at, reminded } of app.db.all(waiting)) {
    const dueAt = due_at ?? 0
    const steps = reminders.filter((before) => dueAt - before <= app.now()).length
    if (steps <= reminded) continue
    const claim = query.updateTable('message').set({ reminded: steps }).where('id', '=', id)
    await app.db.commit(() => {
      if (app.db.run(claim.where('reminded', '=', reminded).where('answered_at', 'is', null)).changes === 0) return
      notifyOperators(app, 'complaint-due', { number: String(id), dueAt, link: `/operator/messages/${id}` })
    })
  }
}

// Both follow from the root key, so that nothing that opens a page is stored.
function pathOf(app: App, number: number): string {
  return `/messages/${number}/${codeOf(app, number)}`
}

function codeOf({ root }: App, number: number): string {
  return digest('message-page', root.bytes, String(number)).toBase64({ alphabet: 'base64url', omitPadding: true })
}

function messageOf({ root }: App, row: Selectable<MessageTable>): ReceivedMessage {
  return {
    number: row.id,
    kind: row.kind,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    answer: row.answer ? unwrap('answer', String(row.id), root, row.answer) : undefined,
    answeredAt: row.answered_at,
    body: unwrap('message', String(row.id), root, row.body),
    hasAddress: row.address !== null,
  }
}
