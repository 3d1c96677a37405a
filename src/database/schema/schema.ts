import type { Generated } from 'kysely'
import type { AccountTables } from './accounts.ts'
import type { AuditTables } from './audit.ts'
import type { Moment } from './moments.ts'
import type { PurgeTables } from './purge.ts'
import type { RegisterTables } from './registers.ts'

/**
 * The stamp of the instance: one row, inserted when the database is created. `last_entry_id` is the highest id that an entry
 * of the purge ledger ever had, so that a ledger that was cut at its end is noticed. The marks show whether the instance
 * continues its last run; `agreed_at` is when it last ran with a clock that it could trust.
 */
export interface InstanceTable {
  id: number
  region: string
  key_id: string
  created_at: Moment
  last_entry_id: Generated<number>
  run_mark: string | null
  previous_run_mark: string | null
  agreed_at: Moment | null
}

/**
 * An unrevealed secret, or one in its replay window. `id` (see expiry-id.ts) is that of its receipt. `link` is the key of the
 * secret, wrapped under the key of the receipt: it is deleted with the content.
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

/**
 * The receipt of a secret: when it was created, revealed, burned, or withdrawn after a restore; never by whom. It outlives
 * the secret.
 */
export interface ReceiptTable {
  id: number
  lookup: Uint8Array
  end_to_end: number
  created_at: Moment
  expires_at: Moment
  revealed_at: Moment | null
  burned_at: Moment | null
  withdrawn_at: Moment | null
  forget_at: Moment
}

/** The stored response to a create, wrapped under the client's Idempotency-Key. */
export interface IdempotentResponseTable {
  lookup: Uint8Array
  fingerprint: Uint8Array
  wrapped: Uint8Array
  forget_at: Moment
}

/**
 * A restore that the operator accepted, or a move. What happened between `unaccounted_from` and `detected_at` is not in the
 * database.
 */
export interface RestorationTable {
  id: Generated<number>
  kind: 'accepted' | 'moved'
  unaccounted_from: Moment | null
  detected_at: Moment
  accepted_at: Moment
  forget_at: Moment
}

/** Every table of the database. */
export interface Schema extends AccountTables, RegisterTables, PurgeTables, AuditTables {
  instance: InstanceTable
  secret: SecretTable
  receipt: ReceiptTable
  idempotent_response: IdempotentResponseTable
  restoration: RestorationTable
}
