import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import type { Created, NewSecret } from '../new-secret.ts'
import { burnUnopened, type State, stateOf } from '../receipt.ts'
import { deliver } from './deliveries.ts'
import { readNote } from './notes.ts'
import { requestNotification } from './notifications.ts'
import { idFromPublic, publicIdOf } from './public-id.ts'

/** How many secrets one page of the list has. */
export const ownedPageSize = 50

/** What somebody's own list says of a secret: no key that opens it, and not its receipt's. `id` names it here alone. */
export interface OwnedSecret {
  readonly id: string
  readonly state: State
  readonly endToEnd: boolean
  readonly createdAt: number
  readonly expiresAt: number
  readonly revealedAt: number | null
  readonly burnedAt: number | null
  readonly note: string | undefined
  /** Whether its owner wants to know when it is opened. */
  readonly notify: boolean
}

/** Makes a new secret somebody's own, with what they wish for it, inside the create's commit. Throws `delivery_quota`. */
export function recordOwnership(app: App, account: string, row: number, wish: NewSecret, created: Created): void {
  app.db.run(insertOwned({ id: row, account }))
  if (wish.notify) requestNotification(app, account, row)
  if (wish.recipient !== undefined) deliver(app, account, wish.recipient, created)
}

/** One page of somebody's own secrets, newest first. `next` is where the page after it begins. Throws `not_found`. */
export function listOwnedSecrets(app: App, account: string, before?: string) {
  const newest = ownedBy(app, account)
    .orderBy('receipt.created_at', 'desc')
    .orderBy('owned_secret.id', 'desc')
    .limit(ownedPageSize + 1)
  const rows = app.db.all(before === undefined ? newest : newest.where(isOlder(app, account, before)))
  const shown = rows.slice(0, ownedPageSize).map((row) => ownedSecretOf(app, account, row))
  return { secrets: shown, next: rows.length > ownedPageSize ? shown.at(-1)?.id : undefined }
}

/** One of somebody's own secrets. Throws `not_found` for what is not there, or somebody else's. */
export function readOwnedSecret(app: App, account: string, id: string): OwnedSecret {
  const row = app.db.first(ownedBy(app, account).where('owned_secret.id', '=', rowOf(app, account, id)))
  if (!row) throw new AppError('not_found')
  return ownedSecretOf(app, account, row)
}

/** Destroys one of somebody's own secrets. What is gone already stays as it is. Throws `not_found`. */
export async function burnOwnedSecret(app: App, account: string, id: string): Promise<OwnedSecret> {
  return changeOwnedSecret(app, account, id, (row) => burnUnopened(app, row))
}

/** Changes something about one of somebody's own secrets, in one commit. Throws `not_found`. */
export async function changeOwnedSecret(
  app: App,
  account: string,
  id: string,
  change: (row: number) => void,
): Promise<OwnedSecret> {
  return app.db.commit(() => {
    readOwnedSecret(app, account, id)
    change(rowOf(app, account, id))
    return readOwnedSecret(app, account, id)
  })
}

// Secrets made in the same millisecond are in the order of their ids, which is arbitrary but stays the same.
function isOlder(app: App, account: string, id: string) {
  const row = rowOf(app, account, id)
  const last = app.db.first(ownedBy(app, account).where('owned_secret.id', '=', row))
  if (!last) throw new AppError('not_found')
  return sql<boolean>`(receipt.created_at, owned_secret.id) < (${last.created_at}, ${row})`
}

function rowOf(app: App, account: string, id: string): number {
  const row = idFromPublic(app, account, id)
  if (row === undefined) throw new AppError('not_found')
  return row
}

function ownedBy({ now }: App, account: string) {
  return query
    .selectFrom('owned_secret')
    .innerJoin('receipt', 'receipt.id', 'owned_secret.id')
    .select(['owned_secret.id', 'owned_secret.note', 'owned_secret.notify', 'receipt.end_to_end', 'receipt.created_at'])
    .select(['receipt.expires_at', 'receipt.revealed_at', 'receipt.burned_at'])
    .where('owned_secret.account_id', '=', account)
    .where('receipt.forget_at', '>', now())
}

interface Row {
  readonly id: number
  readonly note: Uint8Array | null
  readonly notify: number
  readonly end_to_end: number
  readonly created_at: number
  readonly expires_at: number
  readonly revealed_at: number | null
  readonly burned_at: number | null
}

function ownedSecretOf(app: App, account: string, row: Row): OwnedSecret {
  return {
    id: publicIdOf(app, account, row.id),
    state: stateOf(row, app.now()),
    endToEnd: row.end_to_end === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revealedAt: row.revealed_at,
    burnedAt: row.burned_at,
    note: row.note === null ? undefined : readNote(app, account, row.id, row.note),
    notify: row.notify === 1,
  }
}

const insertOwned = preparedQuery<{ id: number; account: string }>()((value) =>
  query.insertInto('owned_secret').values({ id: value('id'), account_id: value('account') }),
)
