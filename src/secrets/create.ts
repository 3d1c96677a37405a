import type { Actor } from '../actor.ts'
import type { App } from '../app.ts'
import { stretch } from '../crypto/argon2.ts'
import { drawExpiryId, redrawExpiryId } from '../database/expiry-id.ts'
import { preparedQuery, query } from '../database/query.ts'
import { first, onCommit, type Unit } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { findStoredResponse, storeResponse } from './idempotency.ts'
import { createKey } from './key.ts'
import type { CreatedSecret, CreateInput } from './new-secret.ts'
import { checkDelivery } from './owned/deliveries.ts'
import { recordOwnership } from './owned/record-ownership.ts'
import { insertRows, type Lock, type Rows, sealRows } from './secret-rows.ts'

// With 99 % of a second's ids taken, the chance that so many draws all collide is 10^-18.
const maxDraws = 4096

/**
 * Seals a secret and stores it with its receipt, in one commit (P01, P03). A request that repeats an
 * `idempotencyKey` gets the stored response. Throws `creation_needs_sign_in`, `creation_quota`, `storage_full`,
 * `too_busy`, and the errors of checkDelivery, recordOwnership and findStoredResponse.
 */
export async function createSecret(
  app: App,
  actor: Actor,
  input: CreateInput,
  idempotencyKey?: string,
): Promise<CreatedSecret> {
  await checkCreate(app, actor, input)
  const createdAt = app.now()
  const moments = { createdAt, expiresAt: createdAt + input.ttl }
  const lock = input.passphrase === undefined ? undefined : await createLock(app, input.passphrase)
  const storeAt = (id: number) => {
    const [key, receiptKey] = [createKey(app.random, app.root, id), createKey(app.random, app.root, id)]
    const created = { key, receiptKey, ...moments }
    const rows = sealRows(app, id, input, created, lock)
    return app.db.commit(() => storeSecret(app, actor, input, created, rows, idempotencyKey))
  }
  const firstId = drawExpiryId(moments.expiresAt, app.random)
  return (await storeAt(firstId)) ?? (await storeAtFreeId(app, moments.expiresAt, storeAt))
}

async function checkCreate(app: App, actor: Actor, input: CreateInput): Promise<void> {
  if (app.config.create === 'signed-in' && actor.account === null) throw new AppError('creation_needs_sign_in')
  app.diskSpace.requireFreeSpace()
  app.limits.consumeCreate(actor.network)
  await checkDelivery(app, actor, input)
}

async function createLock({ random, argon2 }: App, passphrase: string): Promise<Lock> {
  const salt = random(16)
  return { salt, stretched: await stretch(passphrase, salt, argon2) }
}

// The first draw is almost always free. Later draws are checked first, because the content is sealed again for each id.
async function storeAtFreeId(
  { db, random }: App,
  expiresAt: number,
  storeAt: (id: number) => Promise<CreatedSecret | undefined>,
): Promise<CreatedSecret> {
  for (let draws = 1; draws < maxDraws; draws++) {
    const id = redrawExpiryId(expiresAt, random)
    const isTaken = await db.read(() => first(findReceiptId({ id })))
    const stored = isTaken ? undefined : await storeAt(id)
    if (stored) return stored
  }
  throw new AppError('too_busy')
}

// Returns undefined if the id is taken.
function* storeSecret(
  app: App,
  actor: Actor,
  input: CreateInput,
  created: CreatedSecret,
  rows: Rows,
  idempotencyKey: string | undefined,
): Unit<CreatedSecret | undefined> {
  const earlier = idempotencyKey === undefined ? undefined : yield* findStoredResponse(app, idempotencyKey, input)
  if (earlier) return earlier
  if (!(yield* insertRows(rows))) return undefined
  yield* onCommit(app.counters.created)
  if (actor.account !== null) yield* recordOwnership(app, actor.account, rows.secret.id, input, created)
  if (idempotencyKey !== undefined) yield* storeResponse(app, idempotencyKey, input, created)
  return created
}

const findReceiptId = preparedQuery<{ id: number }>()((value) =>
  query.selectFrom('receipt').select('id').where('id', '=', value('id')),
)
