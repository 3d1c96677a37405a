import type { App } from '../app.ts'
import { digest } from '../crypto/sealing.ts'
import { preparedQuery, query } from '../database/query.ts'
import { run } from '../database/unit.ts'
import { locateRow, type RowLocation } from './find-secret.ts'
import { isKey } from './key.ts'

/** Returns the token that lets one client replay its reveal. It differs for each secret, so it links no two of them. */
export function replayTokenOf(key: string, idempotencyKey: string): Uint8Array {
  return digest('replay-token', key, '\0', idempotencyKey)
}

/** Ends the replay window of a reveal and destroys the content at once. Repeating it changes nothing. */
export async function acknowledgeReveal(app: App, key: string, idempotencyKey: string): Promise<void> {
  if (!isKey(key)) return
  const replayToken = replayTokenOf(key, idempotencyKey)
  await app.db.commit(() => run(endReplay({ ...locateRow(app, key), replayToken })))
}

const endReplay = preparedQuery<RowLocation & { replayToken: Uint8Array }>()((value) =>
  query
    .deleteFrom('secret')
    .where('id', '=', value('id'))
    .where('lookup', '=', value('lookup'))
    .where('replay_token', '=', value('replayToken')),
)
