import { sql } from 'kysely'
import { schema } from '../schema.ts'

/** The versions of the privacy policy, and the operator's registers: processors, messages, disclosures, legal holds, announcements. */
export const registerTables = [
  schema
    .createTable('policy_version')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'integer')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('material', 'integer', (column) => column.notNull())
    .addColumn('published_at', 'integer', (column) => column.notNull())
    .addColumn('effective_at', 'integer', (column) => column.notNull())
    .addColumn('noticed_at', 'integer'),
  schema
    .createTable('processor')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('categories', 'text', (column) => column.notNull())
    .addColumn('country', 'text', (column) => column.notNull())
    .addColumn('agreement', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('since', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'integer'),
  // With autoincrement a reference number is never assigned to a second message.
  schema
    .createTable('message')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('complaint', 'feedback')`))
    .addColumn('body', 'blob', (column) => column.notNull())
    .addColumn('address', 'blob')
    .addColumn('sender_hash', 'blob')
    .addColumn('received_at', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'integer')
    .addColumn('reminded', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('answer', 'blob')
    .addColumn('answered_at', 'integer')
    .addColumn('forget_at', 'integer'),
  schema
    .createTable('disclosure')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('asked', 'blob', (column) => column.notNull())
    .addColumn('given', 'blob')
    .addColumn('barred_by', 'blob')
    .addColumn('recorded_at', 'integer', (column) => column.notNull())
    .addColumn('barred_until', 'integer')
    .addColumn('forget_at', 'integer'),
  schema
    .createTable('disclosure_subject')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('disclosure_id', 'text', (column) => column.notNull().references('disclosure.id').onDelete('cascade'))
    .addColumn('subject', 'text', (column) => column.references('account.id').onDelete('set null'))
    .addColumn('address', 'blob')
    .addColumn('mail_id', 'text')
    .addColumn('notified_at', 'integer'),
  schema
    .createTable('legal_hold')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('subject', 'text', (column) => column.references('account.id').onDelete('set null'))
    .addColumn('reference', 'blob', (column) => column.notNull())
    .addColumn('set_by', 'text', (column) => column.references('account.id').onDelete('set null'))
    .addColumn('set_at', 'integer', (column) => column.notNull())
    .addColumn('confirmed_at', 'integer')
    .addColumn('review_at', 'integer', (column) => column.notNull())
    .addColumn('reminded_at', 'integer')
    .addColumn('released_at', 'integer')
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
  schema
    .createTable('announcement')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('merger', 'sale')`))
    .addColumn('receiver', 'text', (column) => column.notNull())
    .addColumn('published_at', 'integer', (column) => column.notNull())
    .addColumn('transfer_at', 'integer', (column) => column.notNull())
    .addColumn('withdrawn_at', 'integer')
    .addColumn('noticed_at', 'integer'),
].map((table) => table.compile().sql)
