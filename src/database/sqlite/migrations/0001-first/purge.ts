import { schema } from '../schema.ts'

/** The purge ledger, a hash chain, and the counters of each day. */
export const purgeTables = [
  // With autoincrement no id is used twice, so that a ledger that was cut at its end is noticed.
  schema
    .createTable('purge')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('due_at', 'integer', (column) => column.notNull())
    .addColumn('ran_at', 'integer', (column) => column.notNull())
    .addColumn('removed', 'integer', (column) => column.notNull())
    .addColumn('oldest_due_at', 'integer')
    .addColumn('erased_at', 'integer')
    .addColumn('anchor', 'blob')
    .addColumn('previous', 'blob', (column) => column.notNull())
    .addColumn('hash', 'blob', (column) => column.notNull()),
  schema
    .createTable('statistic')
    .addColumn('day', 'integer', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('created', 'integer', (column) => column.notNull())
    .addColumn('revealed', 'integer', (column) => column.notNull())
    .addColumn('burned', 'integer', (column) => column.notNull())
    .addColumn('expired', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('statistic_key', ['day', 'region']),
].map((table) => table.compile().sql)
