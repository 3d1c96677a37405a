import { type ColumnDefinitionBuilder, sql } from 'kysely'
import { query } from '../query.ts'

const { schema } = query

/**
 * The grants by which an owner lets support see an account, and the log of who looked; and the ledger of consents: with the hash and the language of the wording, with the answer "no", and so that the database
 * itself refuses to change or delete a record. Only with its account does it go: then the account is gone already when
 * the record's turn comes.
 */
export const grants = [
  ...[
    schema.alterTable('consent').renameTo('consent_before'),
    schema.dropIndex('consent_account_id'),
    schema
      .createTable('consent')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('account_id', 'text', owner)
      .addColumn('purpose', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('wording', 'text', (column) => column.notNull())
      .addColumn('wording_hash', 'blob')
      .addColumn('language', 'text', (column) => column.notNull().defaultTo('en-GB'))
      .addColumn('answer', 'text', (column) => column.notNull().check(sql`answer in ('given', 'refused', 'withdrawn')`))
      .addColumn('way', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull()),
  ].map((statement) => statement.compile().sql),
  `insert into consent (id, account_id, purpose, version, wording, answer, way, at)
    select id, account_id, purpose, version, wording, answer, way, at from consent_before`,
  'drop table consent_before',
  'create index consent_account_id on consent (account_id)',
  `create trigger consent_unchanged before update on consent
    begin select raise(abort, 'a consent is never changed'); end`,
  `create trigger consent_kept before delete on consent
    when exists (select 1 from account where id = old.account_id)
    begin select raise(abort, 'a consent is never deleted'); end`,
  `create trigger consent_unreplaced before insert on consent
    when exists (select 1 from consent where id = new.id)
    begin select raise(abort, 'a consent is never replaced'); end`,
  ...[
    schema
      .createTable('support_grant')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('account_id', 'text', owner)
      .addColumn('given_at', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull())
      .addColumn('ended_at', 'integer')
      .addColumn('forget_at', 'integer', (column) => column.notNull()),
    schema.createIndex('support_grant_account_id').on('support_grant').column('account_id'),
    schema
      .createTable('access_log')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('account_id', 'text', owner)
      .addColumn('viewer', 'text', (column) => column.references('account.id').onDelete('set null'))
      .addColumn('way', 'text', (column) => column.notNull().check(sql`way in ('page', 'terminal')`))
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('forget_at', 'integer', (column) => column.notNull()),
    schema.createIndex('access_log_account_id').on('access_log').column('account_id'),
    schema.createIndex('access_log_viewer').on('access_log').column('viewer'),
  ].map((statement) => statement.compile().sql),
]

function owner(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull().references('account.id').onDelete('cascade')
}
