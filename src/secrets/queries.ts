import { preparedQuery, query } from '../database/query.ts'
import type { ReceiptTable, SecretTable } from '../database/schema/schema.ts'

// The statements of secret.ts, each compiled once.

/** Where a key's row is, and what proves the key. */
type Place = Pick<SecretTable, 'id' | 'lookup'>
/** What a row asks for beside its key: nothing, a passphrase, a proof of the fragment. */
type Shown = Pick<SecretTable, 'passphrase_salt' | 'proof'>

export const insertReceipt = preparedQuery<
  Pick<ReceiptTable, 'id' | 'lookup' | 'end_to_end' | 'created_at' | 'expires_at' | 'forget_at'>
>()((value) =>
  query
    .insertInto('receipt')
    .values({
      id: value('id'),
      lookup: value('lookup'),
      end_to_end: value('end_to_end'),
      created_at: value('created_at'),
      expires_at: value('expires_at'),
      forget_at: value('forget_at'),
    })
    .onConflict((conflict) => conflict.doNothing()),
)
export const findReceiptId = preparedQuery<{ id: number }>()((value) =>
  query.selectFrom('receipt').select('id').where('id', '=', value('id')),
)
export const insertSecret = preparedQuery<
  Omit<SecretTable, 'attempts' | 'views_left' | 'replay_token' | 'replay_until'>
>()((value) =>
  query.insertInto('secret').values({
    id: value('id'),
    lookup: value('lookup'),
    key_id: value('key_id'),
    salt: value('salt'),
    commitment: value('commitment'),
    sealed: value('sealed'),
    link: value('link'),
    passphrase_salt: value('passphrase_salt'),
    proof: value('proof'),
    created_at: value('created_at'),
    expires_at: value('expires_at'),
  }),
)
export const selectSecret = preparedQuery<Place & { now: number }>()((value) =>
  query
    .selectFrom('secret')
    .select([
      'id',
      'salt',
      'commitment',
      'passphrase_salt',
      'proof',
      'replay_token',
      'replay_until',
      'created_at',
      'expires_at',
    ])
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where((or) =>
      or.or([
        or('replay_until', '>', value('now')),
        or.and([or('replay_until', 'is', null), or('expires_at', '>', value('now'))]),
      ]),
    ),
)
// What was shown has to be what the row asks for, so that no look is needed before.
export const claimOnce = preparedQuery<Place & Shown & { now: number }>()((value) =>
  query
    .deleteFrom('secret')
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where('passphrase_salt', 'is', value('passphrase_salt'))
    .where('proof', 'is', value('proof'))
    .where('replay_until', 'is', null)
    .where('expires_at', '>', value('now'))
    .returning(['salt', 'commitment', 'sealed', 'proof', 'expires_at']),
)
// The first claim sets the end of the hold, never later than the expiry; a repeat finds its own mark and leaves the end where it is.
export const claimForReplay = preparedQuery<Place & Shown & { now: number; holder: Uint8Array; until: number }>()(
  (value) =>
    query
      .updateTable('secret')
      .set((set) => ({
        replay_token: value('holder'),
        replay_until: set.fn.coalesce('replay_until', set.fn<number>('min', ['expires_at', set.val(value('until'))])),
      }))
      .where('id', '=', value('id'))
      .where('lookup', '=', value('lookup'))
      .where('passphrase_salt', 'is', value('passphrase_salt'))
      .where('proof', 'is', value('proof'))
      .where((or) =>
        or.or([
          or.and([or('replay_token', '=', value('holder')), or('replay_until', '>', value('now'))]),
          or.and([or('replay_until', 'is', null), or('expires_at', '>', value('now'))]),
        ]),
      )
      .returning(['salt', 'commitment', 'sealed', 'proof', 'expires_at']),
)
export const endReplay = preparedQuery<Place & { holder: Uint8Array }>()((value) =>
  query
    .deleteFrom('secret')
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where('replay_token', '=', value('holder')),
)
export const addAttempt = preparedQuery<{ id: number }>()((value) =>
  query
    .updateTable('secret')
    .set((set) => ({ attempts: set('attempts', '+', 1) }))
    .where('id', '=', value('id'))
    .returning('attempts'),
)
// With the owner who asked to be told, and was not yet: a look by the number that both rows share, in the same statement.
export const markRevealed = preparedQuery<{ id: number; now: number }>()((value) =>
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
