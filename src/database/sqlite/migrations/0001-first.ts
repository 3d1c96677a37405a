import { accountTables } from './0001-first/accounts.ts'
import { auditTables } from './0001-first/audit.ts'
import { consentTables } from './0001-first/consent.ts'
import { purgeTables } from './0001-first/purge.ts'
import { registerTables } from './0001-first/registers.ts'
import { secretTables } from './0001-first/secrets.ts'

/** The first schema: every table, index and trigger. */
export const firstSchema = [
  ...secretTables,
  ...accountTables,
  ...consentTables,
  ...registerTables,
  ...purgeTables,
  ...auditTables,
]
