import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { lookupOf } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { isKey, rowIdOf } from '../../secrets/key.ts'
import { burnUnopened, type State, stateOf } from '../../secrets/receipt.ts'

/** What is held of a secret that waits for its reader: never its content, and its size only in steps. */
export interface SecretRecord {
  readonly createdAt: number
  readonly expiresAt: number
  readonly endToEnd: boolean
  readonly hasPassphrase: boolean
  /** Sealed and padded, it is no larger than this power of two, in KiB. */
  readonly size: number
}

/** What is held of a receipt. */
export interface ReceiptRecord {
  readonly state: State
  readonly createdAt: number
  readonly expiresAt: number
  readonly revealedAt: number | null
  readonly burnedAt: number | null
  readonly forgetAt: number
}

/** What is held about a link or a receipt, for its holder. */
export interface LinkRecord {
  readonly key: string
  readonly waiting: SecretRecord | undefined
  /** Only for the holder of the receipt. */
  readonly receipt: ReceiptRecord | undefined
  /** Whether its holder may destroy it: a link may do no more than the link alone could by opening it. */
  readonly mayErase: boolean
}

/**
 * What is held about a link or a receipt, for who types it in: whoever has a link may know that it waits, and whoever
 * has the receipt what became of it. Changes nothing. Throws `link_unknown`, `slow_down`.
 */
export function lookUpByLink(app: App, actor: Actor, typed: string): LinkRecord {
  const key = keyIn(app, actor, typed)
  const { secret, receipt } = find(app, key)
  const waiting = secret && secretRecordOf(secret)
  if (receipt) return { key, waiting, receipt: receiptOf(app, receipt), mayErase: true }
  if (!waiting) throw new AppError('link_unknown')
  return { key, waiting, receipt: undefined, mayErase: opensAlone(waiting) }
}

/**
 * Erases what a link or a receipt leads to, at once: by the receipt all of it, and the receipt too; by the link the
 * secret, which the receipt then says. A link that needs more than itself to open destroys nothing. Throws
 * `link_unknown`, `not_allowed`, `slow_down`.
 */
export async function eraseByLink(app: App, actor: Actor, typed: string): Promise<void> {
  const key = keyIn(app, actor, typed)
  await app.db.commit(() => {
    const { id, secret, receipt } = find(app, key)
    if (!receipt && !secret) throw new AppError('link_unknown')
    if (!receipt && secret && !opensAlone(secretRecordOf(secret))) throw new AppError('not_allowed')
    burnUnopened(app, id)
    if (!receipt) return
    app.db.run(query.deleteFrom('secret').where('id', '=', id))
    app.db.run(query.deleteFrom('receipt').where('id', '=', id))
  })
}

// A mail program that follows links has the link, but neither fragment nor passphrase.
function opensAlone({ endToEnd, hasPassphrase }: SecretRecord): boolean {
  return !endToEnd && !hasPassphrase
}

function find(app: App, key: string) {
  const id = rowIdOf(key, app.root)
  const lookup = Buffer.from(lookupOf(key))
  const receipt = app.db.first(
    query.selectFrom('receipt').selectAll().where('id', '=', id).where('forget_at', '>', app.now()),
  )
  const secret = app.db.first(
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

// A whole link, or the key alone. What stands behind a # is not looked at.
function keyIn(app: App, { network }: Actor, typed: string): string {
  const [address = ''] = typed.trim().split(/[#?]/, 1)
  const key = address.replace(/\/+$/, '').split('/').at(-1) ?? ''
  app.throttle.consume('code', key, network)
  if (!isKey(key)) throw new AppError('link_unknown')
  return key
}

function secretRecordOf(row: {
  readonly sealed: Uint8Array
  readonly passphrase_salt: Uint8Array | null
  readonly proof: Uint8Array | null
  readonly created_at: number
  readonly expires_at: number
}): SecretRecord {
  return {
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endToEnd: row.proof !== null,
    hasPassphrase: row.passphrase_salt !== null,
    size: 2 ** Math.max(0, Math.ceil(Math.log2(row.sealed.length / 1024))),
  }
}

function receiptOf(
  { now }: App,
  row: {
    readonly created_at: number
    readonly expires_at: number
    readonly revealed_at: number | null
    readonly burned_at: number | null
    readonly forget_at: number
  },
): ReceiptRecord {
  return {
    state: stateOf(row, now()),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revealedAt: row.revealed_at,
    burnedAt: row.burned_at,
    forgetAt: row.forget_at,
  }
}
