import type { App } from '../app.ts'
import { type KeyMaterial, open } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import type { SecretTable } from '../database/schema/schema.ts'
import { first, onCommit, type Unit } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { replayWindow } from '../privacy/inventory/periods.ts'
import { locateRow, type RowLocation } from './find-secret.ts'
import { notifyOwnerOfReveal } from './owned/notifications.ts'

/** What the reader receives: the text, or the bytes that only the fragment opens. */
export type RevealedSecret = { readonly text: string } | { readonly sealed: Uint8Array }

/** What a row requires beside its key: a passphrase, a proof of the fragment, or neither. */
type Requirements = Pick<SecretTable, 'passphrase_salt' | 'proof'>

/**
 * Claims and opens a secret inside the caller's commit: of any number of concurrent readers, one gets the row. Because
 * it is opened in the same transaction, a content that does not open is not lost. Returns undefined if there is no such
 * row. Throws `unreadable`.
 */
export function* claim(
  app: App,
  keys: KeyMaterial,
  { passphrase_salt, proof }: Requirements,
  replayToken: Uint8Array | undefined,
): Unit<RevealedSecret | undefined> {
  const now = app.now()
  const location = locateRow(app, keys.key)
  const conditions = { ...location, passphrase_salt, proof, now }
  const row = yield* first(
    replayToken ? claimForReplay({ ...conditions, replayToken, until: now + replayWindow }) : claimOnce(conditions),
  )
  if (!row) return undefined
  const endToEnd = row.proof !== null
  const bytes = openRow(() => open(keys, { region: app.config.region, expiresAt: row.expires_at, endToEnd }, row))
  yield* recordReveal(app, location.id, now)
  return endToEnd ? { sealed: bytes } : { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) }
}

// A replay changes no receipt: the secret was counted and its owner notified at the first reveal.
function* recordReveal(app: App, id: number, now: number): Unit<void> {
  const revealed = yield* first(markRevealed({ id, now }))
  if (revealed) yield* onCommit(app.counters.revealed)
  if (revealed?.owner) yield* notifyOwnerOfReveal(app, revealed.owner, id)
}

// A damaged row is not the reader's fault, and the reader learns no more than that.
function openRow(opening: () => Uint8Array): Uint8Array {
  try {
    return opening()
  } catch {
    throw new AppError('unreadable')
  }
}

// The conditions include what the row requires, so it need not be read before it is claimed.
const claimOnce = preparedQuery<RowLocation & Requirements & { now: number }>()((value) =>
  query
    .deleteFrom('secret')
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where('passphrase_salt', 'is not distinct from', value('passphrase_salt'))
    .where('proof', 'is not distinct from', value('proof'))
    .where('replay_until', 'is', null)
    .where('expires_at', '>', value('now'))
    .returning(['salt', 'commitment', 'sealed', 'proof', 'expires_at']),
)
// The first claim sets the end of the replay window, never later than the expiry; a replay leaves it unchanged.
const claimForReplay = preparedQuery<
  RowLocation & Requirements & { now: number; replayToken: Uint8Array; until: number }
>()((value) =>
  query
    .updateTable('secret')
    .set((set) => ({
      replay_token: value('replayToken'),
      replay_until: set.fn.coalesce(
        'replay_until',
        set.case().when('expires_at', '<', value('until')).then(set.ref('expires_at')).else(value('until')).end(),
      ),
    }))
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where('passphrase_salt', 'is not distinct from', value('passphrase_salt'))
    .where('proof', 'is not distinct from', value('proof'))
    .where((is) =>
      is.or([
        is.and([is('replay_token', '=', value('replayToken')), is('replay_until', '>', value('now'))]),
        is.and([is('replay_until', 'is', null), is('expires_at', '>', value('now'))]),
      ]),
    )
    .returning(['salt', 'commitment', 'sealed', 'proof', 'expires_at']),
)
// Returns the owner who wants a notification and has not had it, in the same query.
const markRevealed = preparedQuery<{ id: number; now: number }>()((value) =>
  query
    .updateTable('receipt')
    .set({ revealed_at: value('now') })
    .where('id', '=', value('id'))
    .where('revealed_at', 'is', null)
    .returning((owned) =>
      owned
        .selectFrom('owned_secret')
        .select('account_id')
        .whereRef('owned_secret.id', '=', 'receipt.id')
        .where('notify', '=', 1)
        .where('notified_at', 'is', null)
        .as('owner'),
    ),
)
