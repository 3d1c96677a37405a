import type { ColumnDefinitionBuilder } from 'kysely'
import { schema } from '../schema.ts'

/** A column `account_id` whose rows are deleted with their account. */
export function ownerColumn(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull().references('account.id').onDelete('cascade')
}

/** An index on `account_id`: without it, erasing one account would scan the table. */
export function ownerIndex(table: string) {
  return schema.createIndex(`${table}_account_id`).on(table).column('account_id')
}
