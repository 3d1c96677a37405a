import { sql } from 'kysely'
import { schema } from './schema.ts'

/** The marks of the last runs, the last agreed time, secrets that were withdrawn after a restore, and the register of restores. */
export const continuation = [
  schema.alterTable('instance').addColumn('run_mark', 'text'),
  schema.alterTable('instance').addColumn('previous_run_mark', 'text'),
  schema.alterTable('instance').addColumn('agreed_at', 'integer'),
  schema.alterTable('receipt').addColumn('withdrawn_at', 'integer'),
  schema
    .createTable('restoration')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('accepted', 'moved')`))
    .addColumn('unaccounted_from', 'integer')
    .addColumn('detected_at', 'integer', (column) => column.notNull())
    .addColumn('accepted_at', 'integer', (column) => column.notNull())
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
].map((change) => change.compile().sql)
