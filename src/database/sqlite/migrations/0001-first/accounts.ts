import { sql } from 'kysely'
import { schema } from '../schema.ts'
import { ownerColumn, ownerIndex } from './owner.ts'

/** Accounts with everything that belongs to one, the outbox, and refusals of mail. */
export const accountTables = [
  schema
    .createTable('account')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_name', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('password', 'text')
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('real_name', 'text')
    .addColumn('picture', 'blob')
    .addColumn('totp_secret', 'blob')
    .addColumn('totp_step', 'integer')
    .addColumn('totp_since', 'integer')
    .addColumn('age_stated_at', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('confirmed_at', 'integer')
    .addColumn('disabled_at', 'integer')
    .addColumn('closed_at', 'integer')
    .addColumn('erase_due_at', 'integer'),
  schema
    .createTable('session')
    .addColumn('lookup', 'blob', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('browser', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('ends_at', 'integer', (column) => column.notNull())
    .addColumn('authenticated_at', 'integer')
    .addColumn('used_on', 'integer', (column) => column.notNull()),
  ownerIndex('session'),
  schema
    .createTable('code')
    .addColumn('lookup', 'blob', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.references('account.id').onDelete('cascade'))
    .addColumn('email', 'text')
    .addColumn('role', 'text')
    .addColumn('data', 'blob')
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull()),
  ownerIndex('code'),
  schema
    .createTable('recovery_code')
    .addColumn('lookup', 'blob', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('created_at', 'integer', (column) => column.notNull()),
  ownerIndex('recovery_code'),
  schema
    .createTable('passkey')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('public_key', 'blob', (column) => column.notNull())
    .addColumn('counter', 'integer', (column) => column.notNull())
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('used_on', 'integer'),
  ownerIndex('passkey'),
  schema
    .createTable('identity')
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_key', ['issuer', 'subject']),
  ownerIndex('identity'),
  schema
    .createTable('token')
    .addColumn('lookup', 'blob', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('used_on', 'integer'),
  ownerIndex('token'),
  schema
    .createTable('owned_secret')
    .addColumn('id', 'integer', (column) => column.primaryKey().references('receipt.id').onDelete('cascade'))
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('note', 'blob')
    .addColumn('notify', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('notified_at', 'integer'),
  ownerIndex('owned_secret'),
  schema
    .createTable('mail')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.references('account.id').onDelete('cascade'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('body', 'blob')
    .addColumn('unsubscribe', 'blob', (column) => column.notNull().unique())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('next_try_at', 'integer')
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('outcome', 'text')
    .addColumn('done_at', 'integer')
    .addColumn('forget_at', 'integer', (column) => column.notNull()),
  ownerIndex('mail'),
  schema.createIndex('mail_next_try_at').on('mail').column('next_try_at').where(sql.ref('next_try_at'), 'is not', null),
  schema
    .createTable('refusal')
    .addColumn('address_hash', 'blob', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('refusal_key', ['address_hash', 'purpose']),
].map((table) => table.compile().sql)
