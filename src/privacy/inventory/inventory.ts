import type { Schema } from '../../database/schema/schema.ts'
import { accountTables } from './account-tables.ts'
import { auditTables } from './audit-tables.ts'
import { purgeTables } from './purge-tables.ts'
import { registerTables } from './register-tables.ts'
import { secretTables } from './secret-tables.ts'
import type { TableEntries } from './table-entry.ts'

/** Every table and column of the database (P04). Verification and the tests compare the live schema with this list. */
export const inventory: TableEntries<keyof Schema> = {
  ...secretTables,
  ...purgeTables,
  ...accountTables,
  ...registerTables,
  ...auditTables,
}
