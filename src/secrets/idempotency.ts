import type { App } from '../app.ts'
import { digest, unwrap, wrap } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import { AppError } from '../errors.ts'
import { idempotencyWindow } from '../privacy/inventory/periods.ts'
import type { Created, NewSecret } from './new-secret.ts'

/** The mark by which a held content knows the one client that may repeat its reveal. */
export function replayTokenOf(key: string, repeat: string): Uint8Array {
  return digest('holder', key, '\0', repeat)
}

/** What this client's same request was answered before. Throws `idempotency_key_reused` where the request is another one. */
export function storedResponse(app: App, repeat: string, wish: NewSecret): Created | undefined {
  const row = app.db.first(selectRepeat({ lookup: digest('repeat', repeat), now: app.now() }))
  if (!row) return undefined
  if (!Buffer.from(row.fingerprint).equals(fingerprintOf(app, repeat, wish)))
    throw new AppError('idempotency_key_reused')
  return JSON.parse(unwrap('repeat', repeat, app.root, row.wrapped)) as Created
}

/** Keeps the answer for a repeat, wrapped so that only the client's own word opens it; inside the create's commit. */
export function storeResponse(app: App, repeat: string, wish: NewSecret, created: Created): void {
  app.db.run(
    insertRepeat({
      lookup: digest('repeat', repeat),
      fingerprint: fingerprintOf(app, repeat, wish),
      wrapped: wrap('repeat', repeat, app.root, JSON.stringify(created), app.random),
      forget_at: app.now() + idempotencyWindow,
    }),
  )
}

// Keyed with the root key and the client's word: without both, nobody can try contents against it.
function fingerprintOf({ root }: App, repeat: string, { content, passphrase, ttl, recipient }: NewSecret): Uint8Array {
  const what = 'text' in content ? content.text : content.sealed
  return digest(
    'repeat/request',
    root.bytes,
    JSON.stringify([repeat, ttl, passphrase ?? null, ...(recipient ? [recipient] : [])]),
    '\0',
    what,
  )
}

const selectRepeat = preparedQuery<{ lookup: Uint8Array; now: number }>()((value) =>
  query
    .selectFrom('idempotent_response')
    .select(['fingerprint', 'wrapped'])
    .where('lookup', '=', value('lookup'))
    .where('forget_at', '>', value('now')),
)
const insertRepeat = preparedQuery<{
  lookup: Uint8Array
  fingerprint: Uint8Array
  wrapped: Uint8Array
  forget_at: number
}>()((value) =>
  query.replaceInto('idempotent_response').values({
    lookup: value('lookup'),
    fingerprint: value('fingerprint'),
    wrapped: value('wrapped'),
    forget_at: value('forget_at'),
  }),
)
