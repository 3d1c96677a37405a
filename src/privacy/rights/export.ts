import { type Compilable, sql } from 'kysely'
import type { Member } from '../../accounts/access.ts'
import { readAccount } from '../../accounts/account.ts'
import { reauthenticate } from '../../accounts/reauthenticate.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { Schema } from '../../database/schema/schema.ts'
import { type TextKey, text } from '../../i18n/text.ts'
import { addressHash } from '../../mail/refusals.ts'
import { toIso } from '../../time.ts'
import type { Category } from '../inventory/category.ts'
import { inventory } from '../inventory/inventory.ts'
import { type Person, type Row, shown, type Value } from './export-values.ts'

/** One table of the inventory, with what is stored in it about the person. */
export interface ExportPart {
  readonly what: keyof Schema
  readonly purpose: string
  readonly kept_for: string
  /** By what the rows were found; or why there are none. */
  readonly found: string
  readonly columns: Readonly<Record<string, Category>>
  readonly rows: readonly Readonly<Record<string, Value>>[]
}

/** Everything about one person that is stored. */
export interface Export {
  readonly $schema: string
  readonly format: 'sotto-export-1'
  readonly made_at: string
  readonly instance: { readonly name: string; readonly address: string; readonly region: string }
  readonly categories: Readonly<Record<Category, string>>
  readonly parts: readonly ExportPart[]
  readonly not_here: string
}

type Table = keyof Schema
type Finder = (app: App, person: Person) => Compilable<Row>

/** Where the published description of the format is. */
export const schemaPath = '/privacy/export.schema.json'

/** Every category, in words. */
export const categoryWords = {
  content: 'export.content',
  technical: 'export.technical',
  moment: 'export.moment',
  visitor: 'export.visitor',
  preference: 'export.preference',
  personal: 'export.personal',
  credential: 'export.credential',
} as const satisfies Record<Category, TextKey>

const withheld = 'export.withheld'
const untied = 'export.untied'
const aboutNobody = 'export.nobody'

/**
 * How the rows about a person are found in a table that no `account_id` ties to them, or why there are none. A new
 * table does not compile without. Where the law may forbid to tell of something, whether there is any is not told.
 */
const others: { readonly [T in Table as 'account_id' extends keyof Schema[T] ? never : T]: Finder | TextKey } = {
  instance: aboutNobody,
  purge: aboutNobody,
  statistic: aboutNobody,
  policy_version: aboutNobody,
  processor: aboutNobody,
  announcement: aboutNobody,
  account: (_, { id }) => from('account', sql`id = ${id}`),
  receipt: (_, { id }) => from('receipt', isOwned(id)),
  secret: (_, { id }) => from('secret', isOwned(id)),
  idempotent_response: untied,
  refusal: (app, { email }) => from('refusal', sql`mark = ${addressHash(app, email)}`),
  message: (app, { email }) => from('message', sql`mark = ${addressHash(app, email)}`),
  disclosure: withheld,
  disclosure_subject: withheld,
  legal_hold: withheld,
}

// What is about the address belongs to the person too: but not what somebody else asked for with it.
const alsoByAddress: Partial<Record<Table, (person: Person) => ReturnType<typeof sql<boolean>>>> = {
  code: ({ email }) => sql`(account_id is null and email = ${email})`,
  mail: ({ email }) => sql`recipient = ${email}`,
}

/**
 * Exports the data of a member after re-authentication, so that an unattended browser does not give all of it away.
 * Throws what reauthenticate throws.
 */
export async function exportAfterReauthentication(
  app: App,
  member: Member,
  password: string | undefined,
): Promise<Export> {
  await reauthenticate(app, member, password)
  return exportOf(app, member.account)
}

/**
 * Everything about a person, made by walking the inventory (P20): a column that is stored is in it. What proves who
 * somebody is, or opens something, is named and not shown; nor is anything of anybody else. Throws `sign_in_required`.
 */
export function exportOf(app: App, account: string): Export {
  const { config } = app
  const person = readAccount(app, account)
  const words = Object.entries(categoryWords).map(([category, key]) => [category, text(key)])
  return {
    $schema: config.baseUrl + schemaPath,
    format: 'sotto-export-1',
    made_at: toIso(app.now()),
    instance: { name: config.name, address: config.baseUrl, region: config.region },
    categories: Object.fromEntries(words),
    parts: (Object.keys(inventory) as Table[])
      .filter((table) => finderOf(table) !== aboutNobody)
      .map((table) => partOf(app, person, table)),
    not_here: text('export.notHere'),
  }
}

function partOf(app: App, person: Person, table: Table): ExportPart {
  const { purpose, retention, columns } = inventory[table]
  const finder = finderOf(table)
  const rows = typeof finder === 'string' ? [] : app.db.all(finder(app, person))
  return {
    what: table,
    purpose: text(purpose),
    kept_for: text(retention),
    found: text(typeof finder === 'string' ? finder : 'export.tied'),
    columns,
    rows: rows.map((row) => rowOf(app, person, table, row)),
  }
}

function rowOf(app: App, person: Person, table: Table, row: Row): Record<string, Value> {
  const columns = Object.entries<Category>(inventory[table].columns)
  return Object.fromEntries(
    columns.map(([column, category]) => [column, shown({ app, person, row, place: `${table}.${column}`, category })]),
  )
}

function finderOf(table: Table): Finder | TextKey {
  if (table in others) return others[table as keyof typeof others]
  return (_, person) => {
    const more = alsoByAddress[table]
    const own = sql<boolean>`account_id = ${person.id}`
    return from(table, more ? sql`(${own} or ${more(person)})` : own)
  }
}

function isOwned(account: string) {
  return sql<boolean>`id in (select id from owned_secret where account_id = ${account})`
}

function from(table: Table, condition: ReturnType<typeof sql<boolean>>): Compilable<Row> {
  return query
    .selectFrom(table as 'account')
    .selectAll()
    .where(condition)
    .orderBy(sql.ref('rowid')) as Compilable<Row>
}
