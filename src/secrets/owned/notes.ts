import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'

/** The maximum length of a note, in characters. */
export const maxNoteLength = 500

/**
 * Stores the owner's private note on a secret, or deletes it if `text` is empty; inside the caller's commit. The note is
 * wrapped for this account and this secret. Throws `body_not_utf8`, `field_invalid`.
 */
export function* writeNote(app: App, account: string, id: number, text: string): Unit<void> {
  const note = text.trim()
  if (!note.isWellFormed()) throw new AppError('body_not_utf8')
  if (note.length > maxNoteLength) throw new AppError('field_invalid', { field: 'note', max: maxNoteLength })
  const wrapped = note === '' ? null : wrap('note', noteBinding(account, id), app.root, note, app.random)
  yield* run(query.updateTable('owned_secret').set({ note: wrapped }).where('id', '=', id))
}

/** Unwraps the owner's note. Throws if it was wrapped for another account or secret. */
export function readNote(app: App, account: string, id: number, wrapped: Uint8Array): string {
  return unwrap('note', noteBinding(account, id), app.root, wrapped)
}

function noteBinding(account: string, id: number): string {
  return `${account}/${id}`
}
