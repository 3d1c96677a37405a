import type { Schema } from '../database/schema.ts'
import type { TextKey } from '../i18n/text.ts'

/** What kind of thing a stored value is. `content` opens or is what was shared; `technical` says nothing of a person. */
export type Category = 'content' | 'technical' | 'moment' | 'visitor' | 'preference'

interface TablePromise<Table extends keyof Schema> {
  readonly purpose: TextKey
  readonly keptFor: TextKey
  readonly columns: { readonly [Column in keyof Schema[Table]]: Category }
}

/** Every table and every column (P04). One that is not named here does not compile; the live schema is tested against it. */
export const inventory: { readonly [Table in keyof Schema]: TablePromise<Table> } = {
  instance: {
    purpose: 'privacy.purpose.instance',
    keptFor: 'privacy.kept.instance',
    columns: { id: 'technical', region: 'technical', key_id: 'technical', created_at: 'moment' },
  },
  secret: {
    purpose: 'privacy.purpose.secret',
    keptFor: 'privacy.kept.secret',
    columns: {
      id: 'technical',
      lookup: 'technical',
      key_id: 'technical',
      salt: 'technical',
      commitment: 'technical',
      sealed: 'content',
      link: 'content',
      passphrase_salt: 'technical',
      proof: 'technical',
      attempts: 'technical',
      views_left: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      held_for: 'technical',
      held_until: 'moment',
    },
  },
  receipt: {
    purpose: 'privacy.purpose.receipt',
    keptFor: 'privacy.kept.receipt',
    columns: {
      id: 'technical',
      lookup: 'technical',
      end_to_end: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      revealed_at: 'moment',
      burned_at: 'moment',
      forget_at: 'moment',
    },
  },
  repeat: {
    purpose: 'privacy.purpose.repeat',
    keptFor: 'privacy.kept.repeat',
    columns: { lookup: 'technical', fingerprint: 'technical', wrapped: 'content', forget_at: 'moment' },
  },
  purge: {
    purpose: 'privacy.purpose.purge',
    keptFor: 'privacy.kept.purge',
    columns: {
      id: 'technical',
      rule: 'technical',
      due_at: 'moment',
      ran_at: 'moment',
      removed: 'technical',
      oldest_due_at: 'moment',
    },
  },
}

type MomentColumn = 'expires_at' | 'held_until' | 'forget_at' | 'ran_at'

/** A row whose moment in `due` is `after` milliseconds past is destroyed by the purge. */
export interface Retention {
  readonly rule: string
  readonly promise: `P${number}`
  readonly table: 'secret' | 'receipt' | 'repeat' | 'purge'
  readonly due: MomentColumn
  readonly after: number
}

const days = 86_400_000

/** What the purge destroys, in this order: a secret goes before the receipt that it shares its number with. */
export const retention: readonly Retention[] = [
  { rule: 'expired secrets', promise: 'P24', table: 'secret', due: 'expires_at', after: 0 },
  { rule: 'repeatable reveals', promise: 'P24', table: 'secret', due: 'held_until', after: 0 },
  { rule: 'old receipts', promise: 'P24', table: 'receipt', due: 'forget_at', after: 0 },
  { rule: 'repeatable creates', promise: 'P24', table: 'repeat', due: 'forget_at', after: 0 },
  { rule: 'purge ledger', promise: 'P25', table: 'purge', due: 'ran_at', after: 30 * days },
]

/** How long a reveal may be repeated by the client that made it, in milliseconds (P24). */
export const holdFor = 60_000

/** How long the answer to a create may be asked for again, in milliseconds. */
export const repeatFor = 3_600_000

/** How many times the life of its secret a receipt is kept. */
export const receiptLives = 2

/** The purge may run oftener than this, never more rarely, in milliseconds (P24). */
export const longestPurgeInterval = 3_600_000

/** Everything that a line of the log may say (P05). A field that is not named here does not compile. */
export const logFields = {
  time: 'moment',
  event: 'technical',
  request_id: 'technical',
  method: 'technical',
  route: 'technical',
  status: 'technical',
  code: 'technical',
  took_ms: 'technical',
  removed: 'technical',
  listening: 'technical',
  version: 'technical',
  browser: 'visitor',
  language: 'visitor',
  region: 'visitor',
  theme: 'visitor',
  address: 'visitor',
} as const satisfies Record<string, Category>
export type LogField = keyof typeof logFields

/** Every cookie (P16), `maxAge` in seconds: set only when the visitor asks for what it remembers. */
export const cookies = {
  sotto_theme: { purpose: 'privacy.purpose.theme', keptFor: 'privacy.kept.theme', maxAge: 365 * 86_400 },
} as const satisfies Record<string, { purpose: TextKey; keptFor: TextKey; maxAge: number }>
export type CookieName = keyof typeof cookies
