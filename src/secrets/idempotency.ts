import type { App } from '../app.ts'
import { digest, unwrap, wrap } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import { first, run, type Unit } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { idempotencyWindow } from '../privacy/inventory/periods.ts'
import type { CreatedSecret, CreateInput } from './new-secret.ts'

/** Returns the stored response for this idempotency key, if any. Throws `idempotency_key_reused` if the request differs. */
export function* findStoredResponse(
  app: App,
  idempotencyKey: string,
  input: CreateInput,
): Unit<CreatedSecret | undefined> {
  const row = yield* first(selectResponse({ lookup: digest('idempotency-key', idempotencyKey), now: app.now() }))
  if (!row) return undefined
  if (!Buffer.from(row.fingerprint).equals(fingerprintOf(app, idempotencyKey, input)))
    throw new AppError('idempotency_key_reused')
  return JSON.parse(unwrap('idempotency-key', idempotencyKey, app.root, row.wrapped)) as CreatedSecret
}

/** Stores the response to a create, wrapped under the client's idempotency key; inside the create's commit. */
export function* storeResponse(
  app: App,
  idempotencyKey: string,
  input: CreateInput,
  created: CreatedSecret,
): Unit<void> {
  yield* run(
    insertResponse({
      lookup: digest('idempotency-key', idempotencyKey),
      fingerprint: fingerprintOf(app, idempotencyKey, input),
      wrapped: wrap('idempotency-key', idempotencyKey, app.root, JSON.stringify(created), app.random),
      forget_at: app.now() + idempotencyWindow,
    }),
  )
}

// Keyed with the root key and the idempotency key: without both, contents cannot be guessed against it.
function fingerprintOf({ root }: App, idempotencyKey: string, input: CreateInput): Uint8Array {
  const { content, passphrase, ttl, recipient } = input
  const options = [idempotencyKey, ttl, passphrase ?? null, ...(recipient ? [recipient] : [])]
  const bytes = 'text' in content ? content.text : content.sealed
  return digest('idempotency-key/request', root.bytes, JSON.stringify(options), '\0', bytes)
}

const selectResponse = preparedQuery<{ lookup: Uint8Array; now: number }>()((value) =>
  query
    .selectFrom('idempotent_response')
    .select(['fingerprint', 'wrapped'])
    .where('lookup', '=', value('lookup'))
    .where('forget_at', '>', value('now')),
)
const insertResponse = preparedQuery<{
  lookup: Uint8Array
  fingerprint: Uint8Array
  wrapped: Uint8Array
  forget_at: number
}>()((value) =>
  query
    .insertInto('idempotent_response')
    .values({
      lookup: value('lookup'),
      fingerprint: value('fingerprint'),
      wrapped: value('wrapped'),
      forget_at: value('forget_at'),
    })
    .onConflict((conflict) =>
      conflict.column('lookup').doUpdateSet(({ ref }) => ({
        fingerprint: ref('excluded.fingerprint'),
        wrapped: ref('excluded.wrapped'),
        forget_at: ref('excluded.forget_at'),
      })),
    ),
)
