import { expressionBuilder } from 'kysely'
import type { AccountTable } from '../database/schema/accounts.ts'
import type { Schema } from '../database/schema/schema.ts'

const where = expressionBuilder<Schema, 'account'>()

/** The condition of a query that an account may sign in and is written to: confirmed, not disabled and not closed. */
export const isActiveAccount = where.and([
  where('account.confirmed_at', 'is not', null),
  where('account.disabled_at', 'is', null),
  where('account.closed_at', 'is', null),
])

/** The same condition for a row that was read. */
export function isActive(row: Pick<AccountTable, 'confirmed_at' | 'disabled_at' | 'closed_at'>): boolean {
  return row.confirmed_at !== null && row.disabled_at === null && row.closed_at === null
}
