import { timingSafeEqual } from 'node:crypto'
import type { Actor } from '../actor.ts'
import type { App } from '../app.ts'
import { stretch } from '../crypto/argon2.ts'
import { digest, type KeyMaterial, matchesCommitment } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import { first, type Unit } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { burnUnopened } from './burn.ts'
import type { SecretRow } from './find-secret.ts'

/** Compares the proof of the fragment with the stored hash. Throws `proof_required`, `proof_wrong`. */
export function checkProof(expected: Uint8Array | null, proof: Uint8Array | undefined): void {
  if (expected === null) return
  if (proof === undefined) throw new AppError('proof_required')
  if (!equalBytes(expected, digest('proof', proof))) throw new AppError('proof_wrong')
}

/**
 * Checks the passphrase where the secret has one, and returns the key material that opens the secret. Throws
 * `passphrase_required`, `passphrase_wrong`, `passphrase_wait`.
 */
export async function checkPassphrase(
  app: App,
  actor: Actor,
  key: string,
  row: SecretRow,
  passphrase = '',
): Promise<KeyMaterial> {
  if (row.passphrase_salt === null) return { key, root: app.root, passphrase: undefined }
  if (passphrase === '') throw new AppError('passphrase_required')
  const subject = `${row.id}/${actor.network}`
  app.passphraseAttempts.consume(subject)
  const keys = { key, root: app.root, passphrase: await stretch(passphrase, row.passphrase_salt, app.argon2) }
  if (!matchesCommitment(keys, row)) {
    await app.db.commit(() => countAttempt(app, row.id))
    throw new AppError('passphrase_wrong')
  }
  app.passphraseAttempts.reset(subject)
  return keys
}

/** Compares two byte strings in constant time. */
export function equalBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && timingSafeEqual(a, b)
}

function* countAttempt(app: App, id: number): Unit<void> {
  const counted = yield* first(addAttempt({ id }))
  const limit = app.config.burnAfterAttempts
  if (counted && limit > 0 && counted.attempts >= limit) yield* burnUnopened(app, id)
}

const addAttempt = preparedQuery<{ id: number }>()((value) =>
  query
    .updateTable('secret')
    .set((set) => ({ attempts: set('attempts', '+', 1) }))
    .where('id', '=', value('id'))
    .returning('attempts'),
)
