import { query } from '../query.ts'

const { schema } = query

/**
 * The ledger as a chain, and the counters of each day. What the ledger said before it was chained cannot be put into
 * the chain, so it begins anew. Its numbers are never given twice, so that a cut at its end shows too.
 */
export const proof = [
  schema.dropTable('purge'),
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
].map((statement) => statement.compile().sql)
