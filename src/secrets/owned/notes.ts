import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'

/** How long a note may be, in characters. */
export const maxNoteLength = 500

/**
 * Keeps a private note of one's own secret, inside the caller's commit, or erases it with an empty text. It is wrapped
 * for this account and this secret; nobody but its owner is shown it. Throws `body_not_utf8`, `field_invalid`.
 */
export function writeNote(app: App, account: string, row: number, text: string): void {
  const note = text.trim()
  if (!note.isWellFormed()) throw new AppError('body_not_utf8')
  if (note.length > maxNoteLength) throw new AppError('field_invalid', { field: 'note' })
  const wrapped = note === '' ? null : wrap('note', holder(account, row), app.root, note, app.random)
  app.db.run(query.updateTable('owned_secret').set({ note: wrapped }).where('id', '=', row))
}

/** The note again. */
export function readNote(app: App, account: string, row: number, wrapped: Uint8Array): string {
  return unwrap('note', holder(account, row), app.root, wrapped)
}

function holder(account: string, row: number): string {
  return `${account}/${row}`
}
