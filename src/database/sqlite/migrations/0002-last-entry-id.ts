import { schema } from './schema.ts'

const addColumn = schema
  .alterTable('instance')
  .addColumn('last_entry_id', 'integer', (column) => column.notNull().defaultTo(0))

/** Counts the entries of the purge ledger in the stamp of the instance. Before, SQLite's own table of sequences did. */
export const lastEntryId = [
  addColumn.compile().sql,
  `update instance set last_entry_id = coalesce((select seq from sqlite_sequence where name = 'purge'), 0)`,
]
