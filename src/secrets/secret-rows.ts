import type { App } from '../app.ts'
import { digest, type KeyMaterial, lookupOf, seal, wrap } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import type { ReceiptTable, SecretTable } from '../database/schema/schema.ts'
import { run, type Unit } from '../database/unit.ts'
import { receiptLifetimeFactor } from '../privacy/inventory/periods.ts'
import type { CreatedSecret, CreateInput } from './new-secret.ts'

/** The stretched passphrase of a secret, with its salt. */
export interface Lock {
  readonly salt: Uint8Array
  readonly stretched: Uint8Array
}

type NewReceipt = Pick<ReceiptTable, 'id' | 'lookup' | 'end_to_end' | 'created_at' | 'expires_at' | 'forget_at'>
type NewSecret = Omit<SecretTable, 'attempts' | 'views_left' | 'replay_token' | 'replay_until'>

/** The two rows of a new secret. */
export interface Rows {
  readonly receipt: NewReceipt
  readonly secret: NewSecret
}

/** Seals a content and returns the rows to store: nothing in them opens it without the link (P03). */
export function sealRows(
  app: App,
  id: number,
  { content, ttl }: CreateInput,
  created: CreatedSecret,
  lock: Lock | undefined,
): Rows {
  const endToEnd = 'sealed' in content
  const keys: KeyMaterial = { key: created.key, root: app.root, passphrase: lock?.stretched }
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
      ...seal(keys, { region: app.config.region, expiresAt, endToEnd }, bytes, app.random),
      link: wrap('link', created.receiptKey, app.root, created.key, app.random),
      passphrase_salt: lock?.salt ?? null,
      proof: endToEnd ? digest('proof', content.proof) : null,
      ...moments,
    },
  }
}

/** Stores both rows inside the caller's commit. Returns false, and stores neither, if the id is taken. */
export function* insertRows({ receipt, secret }: Rows): Unit<boolean> {
  if ((yield* run(insertReceipt(receipt))) === 0) return false
  yield* run(insertSecret(secret))
  return true
}

const insertReceipt = preparedQuery<NewReceipt>()((value) =>
  query
    .insertInto('receipt')
    .values({
      id: value('id'),
      lookup: value('lookup'),
      end_to_end: value('end_to_end'),
      created_at: value('created_at'),
      expires_at: value('expires_at'),
      forget_at: value('forget_at'),
    })
    .onConflict((conflict) => conflict.doNothing()),
)
const insertSecret = preparedQuery<NewSecret>()((value) =>
  query.insertInto('secret').values({
    id: value('id'),
    lookup: value('lookup'),
    key_id: value('key_id'),
    salt: value('salt'),
    commitment: value('commitment'),
    sealed: value('sealed'),
    link: value('link'),
    passphrase_salt: value('passphrase_salt'),
    proof: value('proof'),
    created_at: value('created_at'),
    expires_at: value('expires_at'),
  }),
)
