import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { lookupOf } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import type { ReceiptTable, SecretTable } from '../../database/schema/schema.ts'
import { first, run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { burnUnopened } from '../../secrets/burn.ts'
import { idOf, isKey } from '../../secrets/key.ts'
import { type SecretState, stateOf } from '../../secrets/receipt.ts'

/** Stored data about an unopened secret: never its content, and its size only as a power of two. */
export interface SecretRecord {
  readonly createdAt: number
  readonly expiresAt: number
  readonly endToEnd: boolean
  readonly hasPassphrase: boolean
  /** Upper bound of the sealed and padded size: a power of two, in KiB. */
  readonly maxKib: number
}

/** Stored data about a receipt. */
export interface ReceiptRecord {
  readonly state: SecretState
  readonly createdAt: number
  readonly expiresAt: number
  readonly revealedAt: number | null
  readonly burnedAt: number | null
  readonly withdrawnAt: number | null
  readonly forgetAt: number
}

/** Stored data about the secret and the receipt that a key belongs to. */
export interface LinkRecord {
  readonly key: string
  readonly secret: SecretRecord | undefined
  /** Only present if the key is that of the receipt. */
  readonly receipt: ReceiptRecord | undefined
  /** Whether the key allows erasure. The key in a link may erase only what it could also open on its own. */
  readonly mayErase: boolean
}

/**
 * Looks up the stored data about a link or a receipt address, without changing it. The key in a link shows an unopened
 * secret; the key of a receipt also shows what happened to it. Throws `link_unknown`, `slow_down`.
 */
export async function lookUpByLink(app: App, actor: Actor, input: string): Promise<LinkRecord> {
  const key = parseKey(app, actor, input)
  const rows = await app.db.read(() => findByKey(app, key))
  const secret = rows.secret && secretRecordOf(rows.secret)
  if (rows.receipt) return { key, secret, receipt: receiptRecordOf(app, rows.receipt), mayErase: true }
  if (!secret) throw new AppError('link_unknown')
  return { key, secret, receipt: undefined, mayErase: opensWithKeyAlone(secret) }
}

/**
 * Erases the data about a link or a receipt address at once. The key of a receipt erases the secret and the receipt; the
 * key in a link burns the secret, and the receipt shows that. Throws `link_unknown`, `slow_down`, and `not_allowed` if
 * the link needs a fragment or a passphrase to open.
 */
export async function eraseByLink(app: App, actor: Actor, input: string): Promise<void> {
  const key = parseKey(app, actor, input)
  await app.db.commit(function* () {
    const { id, secret, receipt } = yield* findByKey(app, key)
    if (!receipt && !secret) throw new AppError('link_unknown')
    if (!receipt && secret && !opensWithKeyAlone(secretRecordOf(secret))) throw new AppError('not_allowed')
    yield* burnUnopened(app, id)
    if (!receipt) return
    yield* run(query.deleteFrom('secret').where('id', '=', id))
    yield* run(query.deleteFrom('receipt').where('id', '=', id))
  })
}

// A mail program that follows links has neither the fragment nor the passphrase.
function opensWithKeyAlone({ endToEnd, hasPassphrase }: SecretRecord): boolean {
  return !endToEnd && !hasPassphrase
}

function* findByKey(app: App, key: string) {
  const id = idOf(key, app.root)
  const lookup = Buffer.from(lookupOf(key))
  const receipt = yield* first(
    query.selectFrom('receipt').selectAll().where('id', '=', id).where('forget_at', '>', app.now()),
  )
  const secret = yield* first(
    query
      .selectFrom('secret')
      .select(['lookup', 'sealed', 'passphrase_salt', 'proof', 'created_at', 'expires_at'])
      .where('id', '=', id)
      .where('replay_until', 'is', null)
      .where('expires_at', '>', app.now()),
  )
  const isReceipt = receipt !== undefined && lookup.equals(receipt.lookup)
  const isLink = secret !== undefined && lookup.equals(secret.lookup)
  return {
    id,
    secret: isReceipt || isLink ? secret : undefined,
    receipt: isReceipt ? receipt : undefined,
  }
}

// Accepts a whole link or only the key; ignores everything after a # or ?.
function parseKey(app: App, { network }: Actor, input: string): string {
  const [address = ''] = input.trim().split(/[#?]/, 1)
  const key = address.replace(/\/+$/, '').split('/').at(-1) ?? ''
  app.throttle.consume('code', key, network)
  if (!isKey(key)) throw new AppError('link_unknown')
  return key
}

type SecretRow = Pick<SecretTable, 'sealed' | 'passphrase_salt' | 'proof' | 'created_at' | 'expires_at'>

function secretRecordOf(row: SecretRow): SecretRecord {
  return {
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endToEnd: row.proof !== null,
    hasPassphrase: row.passphrase_salt !== null,
    maxKib: 2 ** Math.max(0, Math.ceil(Math.log2(row.sealed.length / 1024))),
  }
}

type ReceiptRow = Pick<
  ReceiptTable,
  'created_at' | 'expires_at' | 'revealed_at' | 'burned_at' | 'withdrawn_at' | 'forget_at'
>

function receiptRecordOf({ now }: App, row: ReceiptRow): ReceiptRecord {
  return {
    state: stateOf(row, now()),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revealedAt: row.revealed_at,
    burnedAt: row.burned_at,
    withdrawnAt: row.withdrawn_at,
    forgetAt: row.forget_at,
  }
}
