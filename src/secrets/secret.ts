import { timingSafeEqual } from 'node:crypto'
import type { Actor } from '../actor.ts'
import type { App } from '../app.ts'
import { stretch } from '../crypto/argon2.ts'
import { digest, fits, lookupOf, type Openers, open, seal, wrap } from '../crypto/sealing.ts'
import { drawRowId, redrawRowId } from '../database/row-id.ts'
import { AppError } from '../errors.ts'
import { receiptLifetimeFactor, replayWindow } from '../privacy/inventory/periods.ts'
import { replayTokenOf, storedResponse, storeResponse } from './idempotency.ts'
import { isKey, newKey, rowIdOf } from './key.ts'
import type { Created, NewSecret } from './new-secret.ts'
import { checkDelivery } from './owned/deliveries.ts'
import { notifyOwnerOfReveal } from './owned/notifications.ts'
import { recordOwnership } from './owned/owned-secrets.ts'
import {
  addAttempt,
  claimForReplay,
  claimOnce,
  endReplay,
  findReceiptId,
  insertReceipt,
  insertSecret,
  markRevealed,
  selectSecret,
} from './queries.ts'
import { burnUnopened } from './receipt.ts'

// With 99 % of a second's ids taken, the chance that so many draws all collide is 10^-18.
const maxDraws = 4096

/** What may be known of a secret without opening it. */
export interface Peeked {
  readonly passphraseRequired: boolean
  readonly endToEnd: boolean
  readonly createdAt: number
  readonly expiresAt: number
}

/** What a reader brings beside the key. With `repeat`, its own random word, it may ask again for 60 seconds. */
export interface Reader {
  readonly passphrase?: string | undefined
  readonly proof?: Uint8Array | undefined
  readonly idempotencyKey?: string | undefined
}

/** What the reader gets: the text, or the bytes that only the fragment opens. */
export type Revealed = { readonly text: string } | { readonly sealed: Uint8Array }

/**
 * Seals a secret and stores it with its receipt, in one commit (P01, P03). With `repeat`, the client's
 * Idempotency-Key, the same request answers the same again. Throws `creation_needs_sign_in`,
 * `creation_quota`, `storage_full`, `too_busy`, and what checkDelivery and deliver throw.
 */
export async function createSecret(app: App, actor: Actor, wish: NewSecret, repeat?: string): Promise<Created> {
  if (app.config.create === 'signed-in' && actor.account === null) throw new AppError('creation_needs_sign_in')
  app.space.refuseWhenLow()
  app.limits.create(actor.network)
  checkDelivery(app, actor, wish)
  const createdAt = app.now()
  const moments = { createdAt, expiresAt: createdAt + wish.ttl }
  const lock = wish.passphrase === undefined ? undefined : await newLock(app, wish.passphrase)
  for (const id of freeIds(app, moments.expiresAt)) {
    const [key, receiptKey] = [newKey(app.random, app.root, id), newKey(app.random, app.root, id)]
    const created = { key, receiptKey, ...moments }
    const rows = sealedRows(app, id, wish, created, lock)
    const stored = await app.db.commit(() => storeSecret(app, actor, wish, created, rows, repeat))
    if (stored) return stored
  }
  throw new AppError('too_busy')
}

// The first draw is almost always free. Later ones are looked up, since the content is sealed again for each id.
function* freeIds({ db, random }: App, expiresAt: number): Generator<number> {
  yield drawRowId(expiresAt, random)
  for (let draws = 1; draws < maxDraws; draws++) {
    const id = redrawRowId(expiresAt, random)
    if (!db.first(findReceiptId({ id }))) yield id
  }
}

async function newLock({ random, argon2 }: App, passphrase: string): Promise<Lock> {
  const salt = random(16)
  return { salt, stretched: await stretch(passphrase, salt, argon2) }
}

// Nothing if the id is taken.
function storeSecret(
  app: App,
  actor: Actor,
  wish: NewSecret,
  created: Created,
  { receipt, secret }: ReturnType<typeof sealedRows>,
  repeat: string | undefined,
): Created | undefined {
  const earlier = repeat === undefined ? undefined : storedResponse(app, repeat, wish)
  if (earlier) return earlier
  if (app.db.run(insertReceipt(receipt)).changes === 0) return undefined
  app.db.run(insertSecret(secret))
  app.db.onCommit(app.counters.created)
  if (actor.account !== null) recordOwnership(app, actor.account, secret.id, wish, created)
  if (repeat !== undefined) storeResponse(app, repeat, wish, created)
  return created
}

function sealedRows(app: App, id: number, { content, ttl }: NewSecret, created: Created, lock: Lock | undefined) {
  const endToEnd = 'sealed' in content
  const openers: Openers = { key: created.key, root: app.root, passphrase: lock?.stretched }
  const { createdAt, expiresAt } = created
  const bytes = endToEnd ? content.sealed : new TextEncoder().encode(content.text)
  const moments = { created_at: createdAt, expires_at: expiresAt }
  return {
    receipt: {
      id,
      lookup: lookupOf(created.receiptKey),
      end_to_end: endToEnd ? 1 : 0,
      forget_at: createdAt + receiptLifetimeFactor * ttl,
      ...moments,
    },
    secret: {
      id,
      lookup: lookupOf(created.key),
      key_id: app.root.id,
      ...seal(openers, { region: app.config.region, expiresAt, endToEnd }, bytes, app.random),
      link: wrap('link', created.receiptKey, app.root, created.key, app.random),
      passphrase_salt: lock?.salt ?? null,
      proof: endToEnd ? digest('proof', content.proof) : null,
      ...moments,
    },
  }
}

/** What may be known before opening; changes nothing. Throws `secret_gone`. */
export function peekSecret(app: App, key: string): Peeked {
  const row = findUnopened(app, key)
  if (!row || row.replay_until !== null) throw new AppError('secret_gone')
  return {
    passphraseRequired: row.passphrase_salt !== null,
    endToEnd: row.proof !== null,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/**
 * Gives the content to one reader, once (P01). A missing or wrong passphrase or proof costs an attempt, not the secret.
 * Throws `secret_gone`, `proof_required`, `proof_wrong`, `passphrase_required`, `passphrase_wrong`, `passphrase_wait`,
 * `unreadable`.
 */
export async function revealSecret(app: App, actor: Actor, key: string, reader: Reader): Promise<Revealed> {
  if (!isKey(key)) throw new AppError('secret_gone')
  const holder = reader.idempotencyKey === undefined ? undefined : replayTokenOf(key, reader.idempotencyKey)
  return (await revealDirectly(app, key, reader, holder)) ?? (await revealAfterChecks(app, actor, key, reader, holder))
}

// Most secrets ask for no more than was brought: they need no look before they are claimed.
async function revealDirectly(app: App, key: string, { passphrase, proof }: Reader, holder: ReplayToken) {
  if (passphrase !== undefined) return undefined
  const shown = { passphrase_salt: null, proof: proof === undefined ? null : digest('proof', proof) }
  return await app.db.commit(() => claim(app, { key, root: app.root, passphrase: undefined }, shown, holder))
}

async function revealAfterChecks(
  app: App,
  actor: Actor,
  key: string,
  reader: Reader,
  holder: ReplayToken,
): Promise<Revealed> {
  const row = findUnopened(app, key)
  if (!row || (row.replay_token !== null && !same(row.replay_token, holder))) throw new AppError('secret_gone')
  checkProof(row.proof, reader.proof)
  const openers = await openersFor(app, actor, key, row, reader.passphrase)
  const revealed = await app.db.commit(() => claim(app, openers, row, holder))
  if (!revealed) throw new AppError('secret_gone')
  return revealed
}

/** Ends the time in which `repeat` may ask again: the content is destroyed at once. Repeating it changes nothing. */
export async function acknowledge(app: App, key: string, repeat: string): Promise<void> {
  if (isKey(key))
    await app.db.commit(() => app.db.run(endReplay({ ...locate(app, key), holder: replayTokenOf(key, repeat) })))
}

function findUnopened(app: App, key: string) {
  return isKey(key) ? app.db.first(selectSecret({ ...locate(app, key), now: app.now() })) : undefined
}

function locate(app: App, key: string) {
  return { id: rowIdOf(key, app.root), lookup: lookupOf(key) }
}

function checkProof(expected: Uint8Array | null, proof: Uint8Array | undefined): void {
  if (expected === null) return
  if (proof === undefined) throw new AppError('proof_required')
  if (!same(expected, digest('proof', proof))) throw new AppError('proof_wrong')
}

async function openersFor(app: App, actor: Actor, key: string, row: Row, passphrase = ''): Promise<Openers> {
  if (row.passphrase_salt === null) return { key, root: app.root, passphrase: undefined }
  if (passphrase === '') throw new AppError('passphrase_required')
  const who = `${row.id}/${actor.network}`
  app.passphraseAttempts.consume(who)
  const openers = { key, root: app.root, passphrase: await stretch(passphrase, row.passphrase_salt, app.argon2) }
  if (!fits(openers, row)) {
    await app.db.commit(() => countAttempt(app, row))
    throw new AppError('passphrase_wrong')
  }
  app.passphraseAttempts.reset(who)
  return openers
}

function countAttempt(app: App, { id }: Row): void {
  const counted = app.db.first(addAttempt({ id }))
  const limit = app.config.burnAfterAttempts
  if (counted && limit > 0 && counted.attempts >= limit) burnUnopened(app, id)
}

// What may happen once is one statement. Of any number of readers one gets the row; it is opened inside the same
// transaction, so that a content which does not open is not lost.
function claim(
  app: App,
  openers: Openers,
  { passphrase_salt, proof }: Shown,
  holder: ReplayToken,
): Revealed | undefined {
  const now = app.now()
  const place = locate(app, openers.key)
  const wanted = { ...place, passphrase_salt, proof, now }
  const row = app.db.first(
    holder ? claimForReplay({ ...wanted, holder, until: now + replayWindow }) : claimOnce(wanted),
  )
  if (!row) return undefined
  const endToEnd = row.proof !== null
  const bytes = readable(() => open(openers, { region: app.config.region, expiresAt: row.expires_at, endToEnd }, row))
  // No row comes back where the same reader asks again: it was opened before.
  const opened = app.db.first(markRevealed({ id: place.id, now }))
  if (opened) app.db.onCommit(app.counters.revealed)
  if (opened?.owner) notifyOwnerOfReveal(app, opened.owner, place.id)
  return endToEnd ? { sealed: bytes } : { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) }
}

// A row that was damaged or tampered with is our fault, not the reader's, and says no more than that.
function readable<T>(opening: () => T): T {
  try {
    return opening()
  } catch {
    throw new AppError('unreadable')
  }
}

function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && timingSafeEqual(a, b)
}

interface Lock {
  readonly salt: Uint8Array
  readonly stretched: Uint8Array
}
type Row = NonNullable<ReturnType<typeof findUnopened>>
type Shown = Pick<Row, 'passphrase_salt' | 'proof'>
type ReplayToken = Uint8Array | undefined
