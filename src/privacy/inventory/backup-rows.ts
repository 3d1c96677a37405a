import type { CopiedRows } from '../../database/copy.ts'
import type { Schema } from '../../database/schema/schema.ts'

/**
 * The rows of each table that a backup has. It has nothing that opens a secret or signs someone in by itself: after a
 * restore, all of that would have to end anyway (P01). A mail that was not sent yet can have such a link, so only the
 * records of finished mail are kept. A table that is missing here does not compile.
 */
export const backedUpRows = {
  instance: 'all',
  secret: 'none',
  receipt: 'all',
  idempotent_response: 'none',
  restoration: 'all',
  purge: 'all',
  statistic: 'all',
  account: 'all',
  session: 'none',
  code: 'none',
  recovery_code: 'all',
  passkey: 'all',
  identity: 'all',
  token: 'none',
  consent: 'all',
  owned_secret: 'all',
  mail: { whereSet: 'done_at' },
  refusal: 'all',
  policy_version: 'all',
  processor: 'all',
  message: 'all',
  disclosure: 'all',
  disclosure_subject: 'all',
  legal_hold: 'all',
  announcement: 'all',
  support_grant: 'all',
  access_log: 'all',
} as const satisfies { readonly [Table in keyof Schema]: CopiedRows }
