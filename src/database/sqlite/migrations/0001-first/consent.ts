import { sql } from 'kysely'
import { schema } from '../schema.ts'
import { ownerColumn, ownerIndex } from './owner.ts'

const tables = [
  schema
    .createTable('consent')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ownerColumn)
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('wording', 'text', (column) => column.notNull())
    .addColumn('wording_hash', 'blob')
    .addColumn('language', 'text', (column) => column.notNull().defaultTo('en-GB'))
    .addColumn('answer', 'text', (column) => column.notNull().check(sql`answer in ('given', 'refused', 'withdrawn')`))
    .addColumn('way', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull()),
  ownerIndex('consent'),
].map((table) => table.compile().sql)

/** The triggers that prevent a consent from being changed, deleted or replaced (P09), by name. */
export const consentTriggers = {
  consent_unchanged: `before update on consent
    begin select raise(abort, 'a consent is never changed'); end`,
  // A record is deleted only with its account. The cascade runs after the account's own row is gone.
  consent_kept: `before delete on consent
    when exists (select 1 from account where id = old.account_id)
    begin select raise(abort, 'a consent is never deleted'); end`,
  consent_unreplaced: `before insert on consent
    when exists (select 1 from consent where id = new.id)
    begin select raise(abort, 'a consent is never replaced'); end`,
}

/** The consent ledger. Its triggers refuse to change, replace or delete a record. */
export const consentTables = [
  ...tables,
  ...Object.entries(consentTriggers).map(([name, body]) => `create trigger ${name} ${body}`),
]
