import { sql } from 'kysely'
import { schema } from '../schema.ts'

/** The stamp of the instance, secrets, their receipts, and stored responses to idempotent creates. */
export const secretTables = [
  schema
    .createTable('instance')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull()),
  schema
    .createTable('receipt')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('lookup', 'blob', (column) => column.notNull())
    .addColumn('end_to_end', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('revealed_at', 'integer')
    .addColumn('burned_at', 'integer')
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
  schema
    .createTable('secret')
    .addColumn('id', 'integer', (column) => column.primaryKey().references('receipt.id'))
    .addColumn('lookup', 'blob', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('salt', 'blob', (column) => column.notNull())
    .addColumn('commitment', 'blob', (column) => column.notNull())
    .addColumn('passphrase_salt', 'blob')
    .addColumn('proof', 'blob')
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('views_left', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('replay_token', 'blob')
    .addColumn('replay_until', 'integer')
    .addColumn('link', 'blob', (column) => column.notNull())
    .addColumn('sealed', 'blob', (column) => column.notNull()),
  schema.createIndex('secret_replay_until').on('secret').column('replay_until').where('replay_until', 'is not', null),
  schema
    .createTable('idempotent_response')
    .addColumn('lookup', 'blob', (column) => column.primaryKey())
    .addColumn('fingerprint', 'blob', (column) => column.notNull())
    .addColumn('wrapped', 'blob', (column) => column.notNull())
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
].map((table) => table.compile().sql)
