import type { App } from '../../app.ts'
import { text } from '../../i18n/text.ts'
import { readNote } from '../../secrets/owned/notes.ts'
import { publicIdOf } from '../../secrets/owned/public-id.ts'
import { toIso } from '../../time.ts'
import type { Category } from '../inventory/category.ts'

/** Whose data it is. */
export interface Person {
  readonly id: string
  readonly email: string
}

/** A row as it is stored. */
export type Row = Readonly<Record<string, unknown>>

/** A value as it is handed over: moments as ISO 8601, pictures as data URLs. */
export type Value = string | number | null

/** One stored value, with where it stands. */
export interface Stored {
  readonly app: App
  readonly person: Person
  readonly row: Row
  /** `table.column`. */
  readonly place: string
  readonly category: Category
}

type Reader = (stored: Stored, value: never) => Value

// The name under which the owner knows a secret: a row's own number would tell how much is shared here.
const ownName: Reader = ({ app, person }, row: number) => publicIdOf(app, person.id, row)
const ownAddress: Reader = ({ person }) => person.email
const ownAccount: Reader = ({ person }, id: string) => (id === person.id ? id : text('export.somebodyElse'))
const number: Reader = (_, value: number) => value

/** What is read in another way than its category says. */
const readers: Readonly<Record<string, Reader>> = {
  'secret.id': ownName,
  'receipt.id': ownName,
  'owned_secret.id': ownName,
  'owned_secret.note': ({ app, person, row }, note: Uint8Array) => readNote(app, person.id, Number(row['id']), note),
  'account.picture': (_, picture: Uint8Array) => `data:image/webp;base64,${picture.toBase64()}`,
  'refusal.mark': ownAddress,
  'message.mark': ownAddress,
  'message.address': ownAddress,
  // Its sender knows the number; what was written stays unshown, for anybody can write and name somebody's address.
  'message.id': number,
  'access_log.viewer': ownAccount,
  'mail.account_id': ownAccount,
  'mail.recipient': ({ person }, to: string) => (to === person.email ? to : text('export.somebodyElse')),
}

/**
 * A stored value, for the person whom it is about: what proves or opens something is not shown, nor what only a
 * program can read, nor anything about somebody else.
 */
export function shown(stored: Stored): Value {
  const { row, place, category } = stored
  const [, column = ''] = place.split('.')
  const value = row[column]
  if (value === null || value === undefined) return null
  const reader = readers[place]
  if (reader) return reader(stored, value as never)
  if (category === 'credential' || category === 'content' || value instanceof Uint8Array) return text('export.unshown')
  if (category === 'moment') return toIso(Number(value))
  // A row's own number tells how much there is of everybody else's.
  if (column === 'id' && typeof value === 'number') return text('export.unshown')
  return typeof value === 'number' ? value : String(value)
}
