import type { App } from '../../app.ts'
import { text } from '../../i18n/text.ts'
import { readNote } from '../../secrets/owned/notes.ts'
import { publicIdOf } from '../../secrets/owned/public-id.ts'
import { toIso } from '../../time.ts'
import type { Category } from '../inventory/category.ts'

/** The person whose data is exported. */
export interface Person {
  readonly id: string
  readonly email: string
}

/** A row as it is stored. */
export type Row = Readonly<Record<string, unknown>>

/** An exported value: times as ISO 8601, pictures as data URLs. */
export type Value = string | number | null

/** A stored value with its row, its column and the person it is exported for. */
export interface StoredValue {
  readonly app: App
  readonly person: Person
  readonly row: Row
  /** `table.column`. */
  readonly column: string
  readonly category: Category
}

type Formatter = (stored: StoredValue, value: never) => Value

// Owners know a secret by its public id; the primary key would reveal how many secrets this instance has.
const asPublicId: Formatter = ({ app, person }, id: number) => publicIdOf(app, person.id, id)
const asEmail: Formatter = ({ person }) => person.email
const asOwnAccount: Formatter = ({ person }, id: string) => (id === person.id ? id : text('export.aboutSomeoneElse'))
const asNumber: Formatter = (_, value: number) => value

// Columns whose category does not determine their format.
const formatters: Readonly<Record<string, Formatter>> = {
  'secret.id': asPublicId,
  'receipt.id': asPublicId,
  'owned_secret.id': asPublicId,
  'owned_secret.note': ({ app, person, row }, note: Uint8Array) => readNote(app, person.id, Number(row['id']), note),
  'account.picture': (_, picture: Uint8Array) => `data:image/webp;base64,${picture.toBase64()}`,
  'refusal.address_hash': asEmail,
  'message.sender_hash': asEmail,
  'message.address': asEmail,
  // The sender was given the number. The text is not shown: anyone can enter someone else's address.
  'message.id': asNumber,
  'access_log.viewer': asOwnAccount,
  'mail.account_id': asOwnAccount,
  'mail.recipient': ({ person }, to: string) => (to === person.email ? to : text('export.aboutSomeoneElse')),
}

/**
 * Formats a stored value for the person it is about. Credentials, secret content, binary data and data about other
 * people are replaced by a note that they are stored.
 */
export function formatValue(stored: StoredValue): Value {
  const { row, column, category } = stored
  const [, name = ''] = column.split('.')
  const value = row[name]
  if (value === null || value === undefined) return null
  const format = formatters[column]
  if (format) return format(stored, value as never)
  if (category === 'credential' || category === 'content' || value instanceof Uint8Array) return text('export.notShown')
  if (category === 'moment') return toIso(Number(value))
  // A numeric primary key reveals how many rows other people have.
  if (name === 'id' && typeof value === 'number') return text('export.notShown')
  return typeof value === 'number' ? value : String(value)
}
