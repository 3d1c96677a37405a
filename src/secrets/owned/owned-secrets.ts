import { type SqlBool, sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first, type Unit, type UnitResult } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { burnUnopened } from '../burn.ts'
import { type SecretState, stateOf } from '../receipt.ts'
import { readNote, writeNote } from './notes.ts'
import { cancelNotification, requestNotification } from './notifications.ts'
import { idOfPublicId, publicIdOf } from './public-id.ts'

/** The number of secrets on one page of the list. */
export const ownedPageSize = 50

/** A secret in its owner's list. Nothing in it opens the secret or its receipt. `id` is a public id (see public-id.ts). */
export interface OwnedSecret {
  readonly id: string
  readonly state: SecretState
  readonly endToEnd: boolean
  readonly createdAt: number
  readonly expiresAt: number
  readonly revealedAt: number | null
  readonly burnedAt: number | null
  readonly withdrawnAt: number | null
  readonly note: string | undefined
  /** Whether the owner receives a mail when it is revealed. */
  readonly notify: boolean
}

/** One page of the list. `next` is the `before` of the following page. */
export interface OwnedSecretList {
  readonly secrets: readonly OwnedSecret[]
  readonly next: string | undefined
}

/** Lists an account's secrets, newest first, after the secret `before`. Throws `not_found` if that is not one of them. */
export async function listOwnedSecrets(app: App, account: string, before?: string): Promise<OwnedSecretList> {
  const newest = ownedBy(app, account)
    .orderBy('receipt.created_at', 'desc')
    .orderBy('owned_secret.id', 'desc')
    .limit(ownedPageSize + 1)
  const rows = await app.db.read(function* () {
    return yield* all(before === undefined ? newest : newest.where(yield* isOlderThan(app, account, before)))
  })
  const secrets = rows.slice(0, ownedPageSize).map((row) => ownedSecretOf(app, account, row))
  return { secrets, next: rows.length > ownedPageSize ? secrets.at(-1)?.id : undefined }
}

/** Reads one of an account's secrets. Throws `not_found` if there is none of this id, or it belongs to another account. */
export function* readOwnedSecret(app: App, account: string, publicId: string): Unit<OwnedSecret> {
  return ownedSecretOf(app, account, yield* findOwned(app, account, publicId))
}

/** Destroys one of an account's secrets; repeating it changes nothing. Throws `not_found`. */
export async function burnOwnedSecret(app: App, account: string, publicId: string): Promise<OwnedSecret> {
  return changeOwnedSecret(app, account, publicId, (id) => burnUnopened(app, id))
}

/**
 * Stores the private note on one of an account's secrets, or deletes it if `text` is empty. Throws `not_found`,
 * `body_not_utf8`, `field_invalid`.
 */
export function changeNote(app: App, account: string, publicId: string, text: string): Promise<OwnedSecret> {
  return changeOwnedSecret(app, account, publicId, (id) => writeNote(app, account, id, text))
}

/** Requests or cancels the mail to the owner when one of an account's secrets is revealed. Throws `not_found`. */
export function changeNotification(app: App, account: string, publicId: string, notify: boolean): Promise<OwnedSecret> {
  const change = (id: number) => (notify ? requestNotification(app, account, id) : cancelNotification(id))
  return changeOwnedSecret(app, account, publicId, change)
}

// Applies `change` to the row of one of an account's secrets, in one commit.
async function changeOwnedSecret(
  app: App,
  account: string,
  publicId: string,
  change: (id: number) => Unit<unknown>,
): Promise<OwnedSecret> {
  return app.db.commit(function* () {
    yield* change((yield* findOwned(app, account, publicId)).id)
    return yield* readOwnedSecret(app, account, publicId)
  })
}

// Secrets created in the same millisecond are in the order of their ids, which is arbitrary but stable.
function* isOlderThan(app: App, account: string, publicId: string) {
  const { id, created_at } = yield* findOwned(app, account, publicId)
  return sql<SqlBool>`(receipt.created_at, owned_secret.id) < (${created_at}, ${id})`
}

type OwnedRow = UnitResult<ReturnType<typeof findOwned>>

function* findOwned(app: App, account: string, publicId: string) {
  const id = idOfPublicId(app, account, publicId)
  const row = id === undefined ? undefined : yield* first(ownedBy(app, account).where('owned_secret.id', '=', id))
  if (!row) throw new AppError('not_found')
  return row
}

function ownedBy({ now }: App, account: string) {
  return query
    .selectFrom('owned_secret')
    .innerJoin('receipt', 'receipt.id', 'owned_secret.id')
    .select(['owned_secret.id', 'owned_secret.note', 'owned_secret.notify', 'receipt.end_to_end', 'receipt.created_at'])
    .select(['receipt.expires_at', 'receipt.revealed_at', 'receipt.burned_at', 'receipt.withdrawn_at'])
    .where('owned_secret.account_id', '=', account)
    .where('receipt.forget_at', '>', now())
}

function ownedSecretOf(app: App, account: string, row: OwnedRow): OwnedSecret {
  return {
    id: publicIdOf(app, account, row.id),
    state: stateOf(row, app.now()),
    endToEnd: row.end_to_end === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revealedAt: row.revealed_at,
    burnedAt: row.burned_at,
    withdrawnAt: row.withdrawn_at,
    note: row.note === null ? undefined : readNote(app, account, row.id, row.note),
    notify: row.notify === 1,
  }
}
