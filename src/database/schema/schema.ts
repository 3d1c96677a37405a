import type { Generated } from 'kysely'
import type { AccountTables } from './accounts.ts'
import type { AuditTables } from './audit.ts'
import type { Moment } from './moments.ts'
import type { PurgeTables } from './purge.ts'
import type { RegisterTables } from './registers.ts'

/** This instance: one row, stamped when the database is made. */
export interface InstanceTable {
  id: number
  region: string
  key_id: string
  created_at: Moment
}

/**
 * A secret that nobody has opened yet. The row shares its id (see row-id.ts) with its receipt and dies with its content;
 * `link` is the secret's key, wrapped under the receipt's own key, so it is gone as soon as it opens nothing.
 */
export interface SecretTable {
  id: number
  lookup: Uint8Array
  key_id: string
  salt: Uint8Array
  commitment: Uint8Array
  sealed: Uint8Array
  link: Uint8Array
  passphrase_salt: Uint8Array | null
  proof: Uint8Array | null
  attempts: Generated<number>
  views_left: Generated<number>
  created_at: Moment
  expires_at: Moment
  replay_token: Uint8Array | null
  replay_until: Moment | null
}

/** What became of a secret and when, never who. It outlives the secret. */
export interface ReceiptTable {
  id: number
  lookup: Uint8Array
  end_to_end: number
  created_at: Moment
  expires_at: Moment
  revealed_at: Moment | null
  burned_at: Moment | null
  forget_at: Moment
}

/** The answer to a create that its client may ask for again, wrapped under the client's own Idempotency-Key. */
export interface IdempotentResponseTable {
  lookup: Uint8Array
  fingerprint: Uint8Array
  wrapped: Uint8Array
  forget_at: Moment
}

export interface Schema extends AccountTables, RegisterTables, PurgeTables, AuditTables {
  instance: InstanceTable
  secret: SecretTable
  receipt: ReceiptTable
  idempotent_response: IdempotentResponseTable
}
