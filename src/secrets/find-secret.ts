import type { App } from '../app.ts'
import { openableSince } from '../continuation/suspension.ts'
import { lookupOf } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import type { SecretTable } from '../database/schema/schema.ts'
import { first } from '../database/unit.ts'
import { idOf, isKey } from './key.ts'

/** Where the row of a key is, and the hash that proves the key. */
export type RowLocation = Pick<SecretTable, 'id' | 'lookup'>

/** A stored secret without its content. */
export type SecretRow = NonNullable<Awaited<ReturnType<typeof findSecret>>>

/** Returns the id of a key's row and the hash of the key. */
export function locateRow(app: App, key: string): RowLocation {
  return { id: idOf(key, app.root), lookup: lookupOf(key) }
}

/** Returns the secret of a key, without its content, while it can be revealed or its reveal can be replayed. */
export async function findSecret(app: App, key: string) {
  return isKey(key)
    ? await app.db.read(() =>
        first(selectSecret({ ...locateRow(app, key), now: app.now(), since: openableSince(app) })),
      )
    : undefined
}

const selectSecret = preparedQuery<RowLocation & { now: number; since: number }>()((value) =>
  query
    .selectFrom('secret')
    .select(['id', 'salt', 'commitment', 'passphrase_salt', 'proof'])
    .select(['replay_token', 'replay_until', 'created_at', 'expires_at'])
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where('created_at', '>=', value('since'))
    .where((is) =>
      is.or([
        is('replay_until', '>', value('now')),
        is.and([is('replay_until', 'is', null), is('expires_at', '>', value('now'))]),
      ]),
    ),
)
