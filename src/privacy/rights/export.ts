import { sql } from 'kysely'
import type { Member } from '../../accounts/access.ts'
import { readAccount } from '../../accounts/account.ts'
import { reauthenticate } from '../../accounts/reauthenticate.ts'
import type { App } from '../../app.ts'
import { type Query, query } from '../../database/query.ts'
import type { Schema } from '../../database/schema/schema.ts'
import { all, type Unit } from '../../database/unit.ts'
import { type TextKey, text } from '../../i18n/text.ts'
import { addressHash } from '../../mail/refusals.ts'
import { toIso } from '../../time.ts'
import type { Category } from '../inventory/category.ts'
import { inventory } from '../inventory/inventory.ts'
import { formatValue, type Person, type Row, type Value } from './export-values.ts'

/** One table of the inventory, with the rows about the person. */
export interface ExportPart {
  readonly what: keyof Schema
  readonly purpose: string
  readonly kept_for: string
  /** How the rows were found, or why there are none. */
  readonly found: string
  readonly columns: Readonly<Record<string, Category>>
  readonly rows: readonly Readonly<Record<string, Value>>[]
}

/** All stored data about one person. */
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
type Finder = (app: App, person: Person) => Query<Row>

/** The path at which the JSON Schema of the format is published. */
export const schemaPath = '/privacy/export.schema.json'

/** The text key that explains each category. */
export const categoryTexts = {
  content: 'export.content',
  technical: 'export.technical',
  moment: 'export.moment',
  visitor: 'export.visitor',
  preference: 'export.preference',
  personal: 'export.personal',
  credential: 'export.credential',
} as const satisfies Record<Category, TextKey>

const withheld = 'export.withheld'
const notLinked = 'export.notLinked'
const noPersonalData = 'export.noPersonalData'

// How to find a person's rows in a table without `account_id`, or why none are exported. A new table does not compile
// without an entry. `withheld`: the law may forbid us to say whether there are any.
const findersWithoutAccountId: {
  readonly [T in Table as 'account_id' extends keyof Schema[T] ? never : T]: Finder | TextKey
} = {
  instance: noPersonalData,
  restoration: noPersonalData,
  purge: noPersonalData,
  statistic: noPersonalData,
  policy_version: noPersonalData,
  processor: noPersonalData,
  announcement: noPersonalData,
  account: (_, { id }) => selectFrom('account', sql`id = ${id}`),
  receipt: (_, { id }) => selectFrom('receipt', isOwned(id)),
  secret: (_, { id }) => selectFrom('secret', isOwned(id)),
  idempotent_response: notLinked,
  refusal: (app, { email }) => selectFrom('refusal', sql`address_hash = ${addressHash(app, email)}`),
  message: (app, { email }) => selectFrom('message', sql`sender_hash = ${addressHash(app, email)}`),
  disclosure: withheld,
  disclosure_subject: withheld,
  legal_hold: withheld,
}

// Rows about the person's address; codes that another account requested for it are excluded.
const conditionsByAddress: Partial<Record<Table, (person: Person) => ReturnType<typeof sql<boolean>>>> = {
  code: ({ email }) => sql`(account_id is null and email = ${email})`,
  mail: ({ email }) => sql`recipient = ${email}`,
}

/**
 * Exports the data of a member after re-authentication, so that an unattended browser does not expose it. Throws the
 * errors of `reauthenticate`.
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
 * Exports all data about an account by walking the inventory (P20), so that no stored column is left out. Credentials,
 * secret content and data about other people are listed without their values. Throws `sign_in_required`.
 */
export function exportOf(app: App, account: string): Promise<Export> {
  return app.db.read(() => collectExport(app, account))
}

function* collectExport(app: App, account: string): Unit<Export> {
  const { config } = app
  const person = yield* readAccount(account)
  const categories = Object.entries(categoryTexts).map(([category, key]) => [category, text(key)])
  return {
    $schema: config.baseUrl + schemaPath,
    format: 'sotto-export-1',
    made_at: toIso(app.now()),
    instance: { name: config.name, address: config.baseUrl, region: config.region },
    categories: Object.fromEntries(categories),
    parts: yield* partsOf(app, person),
    not_here: text('export.notHere'),
  }
}

function* partsOf(app: App, person: Person): Unit<ExportPart[]> {
  const parts: ExportPart[] = []
  for (const table of Object.keys(inventory) as Table[])
    if (finderOf(table) !== noPersonalData) parts.push(yield* partOf(app, person, table))
  return parts
}

function* partOf(app: App, person: Person, table: Table): Unit<ExportPart> {
  const { purpose, retention, columns } = inventory[table]
  const finder = finderOf(table)
  const rows = typeof finder === 'string' ? [] : yield* all(finder(app, person))
  return {
    what: table,
    purpose: text(purpose),
    kept_for: text(retention),
    found: text(typeof finder === 'string' ? finder : 'export.linked'),
    columns,
    rows: rows.map((row) => rowOf(app, person, table, row)),
  }
}

function rowOf(app: App, person: Person, table: Table, row: Row): Record<string, Value> {
  const columns = Object.entries<Category>(inventory[table].columns)
  return Object.fromEntries(
    columns.map(([column, category]) => [
      column,
      formatValue({ app, person, row, column: `${table}.${column}`, category }),
    ]),
  )
}

function finderOf(table: Table): Finder | TextKey {
  if (table in findersWithoutAccountId) return findersWithoutAccountId[table as keyof typeof findersWithoutAccountId]
  return (_, person) => {
    const byAddress = conditionsByAddress[table]
    const byAccount = sql<boolean>`account_id = ${person.id}`
    return selectFrom(table, byAddress ? sql`(${byAccount} or ${byAddress(person)})` : byAccount)
  }
}

// Rows are exported in the order in which they were created.
const orderColumns = ['created_at', 'received_at', 'at', 'id']

function isOwned(account: string) {
  return sql<boolean>`id in (select id from owned_secret where account_id = ${account})`
}

function selectFrom(table: Table, condition: ReturnType<typeof sql<boolean>>): Query<Row> {
  return query
    .selectFrom(table as 'account')
    .selectAll()
    .where(condition)
    .orderBy(
      sql.ref(orderColumns.find((column) => column in inventory[table].columns) ?? 'id'),
    ) as unknown as Query<Row>
}
