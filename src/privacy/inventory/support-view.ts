import type { Schema } from '../../database/schema/schema.ts'

/**
 * The columns that support sees while the owner's grant is in force (P03). They contain no shared content, notes or names,
 * and nothing that could open a secret.
 */
export const supportVisibleColumns = {
  receipt: ['end_to_end', 'created_at', 'expires_at', 'revealed_at', 'burned_at'],
  session: ['browser', 'created_at', 'expires_at', 'authenticated_at', 'used_on'],
  token: ['scopes', 'created_at', 'expires_at', 'used_on'],
  passkey: ['transports', 'created_at', 'used_on'],
  identity: ['created_at'],
  mail: ['kind', 'purpose', 'created_at', 'tries', 'outcome', 'done_at'],
} as const satisfies { readonly [Table in keyof Schema]?: readonly (keyof Schema[Table])[] }
