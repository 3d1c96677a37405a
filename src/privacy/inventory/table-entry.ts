import type { Schema } from '../../database/schema/schema.ts'
import type { TextKey } from '../../i18n/text.ts'
import type { Category } from './category.ts'

/** The inventory entry of one table: why it exists, how long its rows are kept, and the category of each column. */
export interface TableEntry<Table extends keyof Schema> {
  readonly purpose: TextKey
  readonly retention: TextKey
  readonly columns: { readonly [Column in keyof Schema[Table]]: Category }
}

/** The inventory entries of a group of tables. A table or column that is missing does not compile. */
export type TableEntries<Table extends keyof Schema> = { readonly [Name in Table]: TableEntry<Name> }
