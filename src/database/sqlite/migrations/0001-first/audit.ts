import { sql } from 'kysely'
import { schema } from '../schema.ts'
import { ownerColumn, ownerIndex } from './owner.ts'

/** Support grants, by which an owner lets support see an account, and the log of each access. */
export const auditTables = [
  schema
    .createTable('support_grant')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('given_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'integer')
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
  ownerIndex('support_grant'),
  schema
    .createTable('access_log')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('viewer', 'text', (column) => column.references('account.id').onDelete('set null'))
    .addColumn('way', 'text', (column) => column.notNull().check(sql`way in ('page', 'terminal')`))
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
  ownerIndex('access_log'),
  schema.createIndex('access_log_viewer').on('access_log').column('viewer'),
].map((table) => table.compile().sql)
