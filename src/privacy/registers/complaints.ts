import { timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { digest, unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import type { MessageTable } from '../../database/schema/registers.ts'
import { all, first, returned, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { notifyOperators } from '../../mail/notify.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { addressHash } from '../../mail/refusals.ts'
import { answerDeadline, registerRetention } from '../inventory/periods.ts'

/** A message to the operator. A complaint (titled "Privacy Concerns") must be answered; feedback need not be. */
export interface NewMessage {
  readonly kind: MessageTable['kind']
  readonly body: string
  /** The address to notify of the answer; without one, the sender returns to the page of the message. */
  readonly address: string | undefined
}

/** A message as its sender sees it. */
export interface Message {
  readonly id: number
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

/** Stores a message (P27, P33) and returns the path of the page on which its sender can follow it. Throws `slow_down`. */
export async function submitMessage(app: App, actor: Actor, message: NewMessage): Promise<string> {
  const { kind, body, address } = message
  app.throttle.consume('mail', address ?? kind, actor.network)
  const id = await app.db.commit(function* () {
    const id = yield* insertMessage(app, message)
    // The body is bound to the id, which is only known after the insert.
    const sealedBody = wrap('message', String(id), app.root, body, app.random)
    yield* run(query.updateTable('message').set({ body: sealedBody }).where('id', '=', id))
    yield* notifyOperators(app, 'operator-message', { number: String(id), link: `/operator/messages/${id}` })
    return id
  })
  return pathOf(app, id)
}

function* insertMessage(app: App, { kind, address }: NewMessage): Unit<number> {
  const now = app.now()
  const row = {
    kind,
    body: new Uint8Array(),
    address: address === undefined ? null : wrap('message-address', '', app.root, address, app.random),
    sender_hash: address === undefined ? null : addressHash(app, address),
    received_at: now,
    due_at: kind === 'complaint' ? now + answerDeadline : null,
    answer: null,
    answered_at: null,
    forget_at: kind === 'complaint' ? null : now + registerRetention.feedback,
  }
  return (yield* returned(query.insertInto('message').values(row).returning('id'))).id
}

/** Reads a message with the code in the path of its page. Throws `not_found`. */
export async function readMessage(app: App, id: number, code: string): Promise<Message> {
  if (!timingSafeEqual(digest('code', code), digest('code', codeOf(app, id)))) throw new AppError('not_found')
  const { kind, receivedAt, dueAt, answer, answeredAt } = await readReceivedMessage(app, id)
  return { id, kind, receivedAt, dueAt, answer, answeredAt }
}

/** Reads a message for the operator. Throws `not_found`. */
export async function readReceivedMessage(app: App, id: number): Promise<ReceivedMessage> {
  return messageOf(app, await app.db.read(() => findRow(id)))
}

/** Lists every stored message: unanswered ones first, and among them the earliest due date first. */
export async function listMessages(app: App): Promise<ReceivedMessage[]> {
  const rows = query
    .selectFrom('message')
    .selectAll()
    .orderBy('answered_at', (order) => order.asc().nullsFirst())
    .orderBy('due_at', (order) => order.asc().nullsFirst())
    .orderBy('id')
  return (await app.db.read(() => all(rows))).map((row) => messageOf(app, row))
}

/**
 * Answers a message once. If the sender left an address, it is mailed and then erased. Throws `not_found`,
 * `already_answered`.
 */
export async function answerMessage(app: App, id: number, answer: string): Promise<void> {
  await app.db.commit(function* () {
    const row = yield* findRow(id)
    if (row.answered_at !== null) throw new AppError('already_answered')
    if (row.address) yield* notifySender(app, id, row.address)
    const now = app.now()
    const values = {
      answer: wrap('answer', String(id), app.root, answer, app.random),
      answered_at: now,
      forget_at: now + registerRetention[row.kind],
      address: null,
      sender_hash: null,
    }
    yield* run(query.updateTable('message').set(values).where('id', '=', id))
  })
}

function* notifySender(app: App, id: number, sealedAddress: Uint8Array): Unit<void> {
  const to = unwrap('message-address', '', app.root, sealedAddress)
  const facts = { link: pathOf(app, id) }
  yield* enqueueMail(app, { kind: 'message-answered', purpose: 'correspondence', to, account: null, facts })
}

function* findRow(id: number): Unit<Selectable<MessageTable>> {
  const row = yield* first(query.selectFrom('message').selectAll().where('id', '=', id))
  if (!row) throw new AppError('not_found')
  return row
}

/** Deletes a sender's address from all messages, inside the caller's commit; the messages can still be answered. */
export function* deleteSenderAddress(app: App, address: string): Unit<void> {
  const sent = query.updateTable('message').where('sender_hash', '=', addressHash(app, address))
  yield* run(sent.set({ address: null, sender_hash: null }))
}

function pathOf(app: App, id: number): string {
  return `/messages/${id}/${codeOf(app, id)}`
}

// Derived from the root key, so that the database does not contain what opens the page.
function codeOf({ root }: App, id: number): string {
  return digest('message-page', root.bytes, String(id)).toBase64({ alphabet: 'base64url', omitPadding: true })
}

function messageOf({ root }: App, row: Selectable<MessageTable>): ReceivedMessage {
  return {
    id: row.id,
    kind: row.kind,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    answer: row.answer ? unwrap('answer', String(row.id), root, row.answer) : undefined,
    answeredAt: row.answered_at,
    body: unwrap('message', String(row.id), root, row.body),
    hasAddress: row.address !== null,
  }
}
