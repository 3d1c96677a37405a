import { expressionBuilder } from 'kysely'
import type { AccountTable } from '../database/schema/accounts.ts'
import type { Schema } from '../database/schema/schema.ts'

const where = expressionBuilder<Schema, 'account'>()

/** Query condition for accounts that may sign in and receive mail: confirmed, not disabled and not closed. */
export const isActiveAccount = where.and([
  where('account.confirmed_at', 'is not', null),
  where('account.disabled_at', 'is', null),
  where('account.closed_at', 'is', null),
])

/** Tests an account that was read for the condition of `isActiveAccount`. */
export function isActive(row: Pick<AccountTable, 'confirmed_at' | 'disabled_at' | 'closed_at'>): boolean {
  return row.confirmed_at !== null && row.disabled_at === null && row.closed_at === null
}
