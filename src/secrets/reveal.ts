import type { Actor } from '../actor.ts'
import type { App } from '../app.ts'
import { digest } from '../crypto/sealing.ts'
import { checkPassphrase, checkProof, equalBytes } from './check-reader.ts'
import { claim, type RevealedSecret } from './claim.ts'
import { findSecret } from './find-secret.ts'
import { secretGone } from './gone-errors.ts'
import { isKey } from './key.ts'
import { replayTokenOf } from './replay.ts'

/** What a reader sends beside the key. With an `idempotencyKey` the reveal can be replayed for 60 seconds. */
export interface RevealInput {
  readonly passphrase?: string | undefined
  readonly proof?: Uint8Array | undefined
  readonly idempotencyKey?: string | undefined
}

/**
 * Reveals the content to one reader, once (P01). A missing or wrong passphrase or proof does not destroy the secret; a
 * wrong passphrase costs an attempt. Throws `secret_gone`, `proof_required`, `proof_wrong`, `passphrase_required`,
 * `passphrase_wrong`, `passphrase_wait`, `unreadable`.
 */
export async function revealSecret(app: App, actor: Actor, key: string, input: RevealInput): Promise<RevealedSecret> {
  if (!isKey(key)) throw secretGone(app)
  const replayToken = input.idempotencyKey === undefined ? undefined : replayTokenOf(key, input.idempotencyKey)
  return (
    (await revealDirectly(app, key, input, replayToken)) ??
    (await revealAfterChecks(app, actor, key, input, replayToken))
  )
}

// Most secrets need only what the reader sent, so the claim is tried before anything is looked up.
async function revealDirectly(app: App, key: string, { passphrase, proof }: RevealInput, replayToken?: Uint8Array) {
  if (passphrase !== undefined) return undefined
  const required = { passphrase_salt: null, proof: proof === undefined ? null : digest('proof', proof) }
  return await app.db.commit(() => claim(app, { key, root: app.root, passphrase: undefined }, required, replayToken))
}

async function revealAfterChecks(
  app: App,
  actor: Actor,
  key: string,
  input: RevealInput,
  replayToken: Uint8Array | undefined,
): Promise<RevealedSecret> {
  const row = await findSecret(app, key)
  if (!row || (row.replay_token !== null && !equalBytes(row.replay_token, replayToken))) throw secretGone(app)
  checkProof(row.proof, input.proof)
  const keys = await checkPassphrase(app, actor, key, row, input.passphrase)
  const revealed = await app.db.commit(() => claim(app, keys, row, replayToken))
  if (!revealed) throw secretGone(app)
  return revealed
}
