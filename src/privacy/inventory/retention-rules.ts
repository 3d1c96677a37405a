import type { Schema } from '../../database/schema/schema.ts'
import { day } from '../../time.ts'

type PurgedTable =
  | 'secret'
  | 'receipt'
  | 'idempotent_response'
  | 'purge'
  | 'account'
  | 'session'
  | 'code'
  | 'token'
  | 'mail'
  | 'statistic'
  | 'message'
  | 'disclosure'
  | 'legal_hold'
  | 'support_grant'
  | 'access_log'
  | 'restoration'
type MomentColumn = 'expires_at' | 'replay_until' | 'forget_at' | 'ran_at' | 'erase_due_at' | 'day'

/** A purge rule: deletes each row of `table` once `delay` milliseconds have passed since its `dueColumn`. */
export interface RetentionRule {
  readonly name: string
  readonly promise: `P${number}`
  readonly table: PurgedTable
  readonly dueColumn: MomentColumn
  readonly delay: number
}

/** The column by which each purged table is scanned: its primary key. An instance has one row of statistics per day. */
export const primaryKeys = {
  secret: 'id',
  receipt: 'id',
  idempotent_response: 'lookup',
  purge: 'id',
  account: 'id',
  session: 'lookup',
  code: 'lookup',
  token: 'lookup',
  mail: 'id',
  statistic: 'day',
  message: 'id',
  disclosure: 'id',
  legal_hold: 'id',
  support_grant: 'id',
  access_log: 'id',
  restoration: 'id',
} as const satisfies { readonly [Table in PurgedTable]: keyof Schema[Table] }

/** The purge rules, in the order they run: a secret is deleted before the receipt with the same id. */
export const retentionRules: readonly RetentionRule[] = [
  { name: 'expired secrets', promise: 'P24', table: 'secret', dueColumn: 'expires_at', delay: 0 },
  { name: 'repeatable reveals', promise: 'P24', table: 'secret', dueColumn: 'replay_until', delay: 0 },
  { name: 'old receipts', promise: 'P24', table: 'receipt', dueColumn: 'forget_at', delay: 0 },
  { name: 'repeatable creates', promise: 'P24', table: 'idempotent_response', dueColumn: 'forget_at', delay: 0 },
  { name: 'closed accounts', promise: 'P22', table: 'account', dueColumn: 'erase_due_at', delay: 0 },
  { name: 'ended sessions', promise: 'P04', table: 'session', dueColumn: 'expires_at', delay: 0 },
  { name: 'old codes', promise: 'P04', table: 'code', dueColumn: 'expires_at', delay: 0 },
  { name: 'expired tokens', promise: 'P04', table: 'token', dueColumn: 'expires_at', delay: 0 },
  { name: 'old mail', promise: 'P04', table: 'mail', dueColumn: 'forget_at', delay: 0 },
  { name: 'old statistics', promise: 'P11', table: 'statistic', dueColumn: 'day', delay: 731 * day },
  { name: 'old messages', promise: 'P27', table: 'message', dueColumn: 'forget_at', delay: 0 },
  { name: 'old disclosures', promise: 'P28', table: 'disclosure', dueColumn: 'forget_at', delay: 0 },
  { name: 'old holds', promise: 'P23', table: 'legal_hold', dueColumn: 'forget_at', delay: 0 },
  { name: 'old grants', promise: 'P03', table: 'support_grant', dueColumn: 'forget_at', delay: 0 },
  { name: 'old views', promise: 'P03', table: 'access_log', dueColumn: 'forget_at', delay: 0 },
  { name: 'old restores', promise: 'P01', table: 'restoration', dueColumn: 'forget_at', delay: 0 },
  { name: 'purge ledger', promise: 'P25', table: 'purge', dueColumn: 'ran_at', delay: 30 * day },
]
