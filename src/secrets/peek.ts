import type { App } from '../app.ts'
import { findSecret } from './find-secret.ts'
import { secretGone } from './gone-errors.ts'

/** What a reader sees of a secret before revealing it. */
export interface PeekedSecret {
  readonly passphraseRequired: boolean
  readonly endToEnd: boolean
  readonly createdAt: number
  readonly expiresAt: number
}

/** Describes a secret that has not been revealed yet; changes nothing. Throws `secret_gone`. */
export async function peekSecret(app: App, key: string): Promise<PeekedSecret> {
  const row = await findSecret(app, key)
  if (!row || row.replay_until !== null) throw secretGone(app)
  return {
    passphraseRequired: row.passphrase_salt !== null,
    endToEnd: row.proof !== null,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
