import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first, type Unit } from '../../database/unit.ts'

/** Returns the last entries of the ledger, newest first, with their hashes in hexadecimal. */
export async function listLastEntries({ db }: App, count: number) {
  const columns = ['id', 'rule', 'due_at', 'ran_at', 'removed', 'oldest_due_at', 'hash'] as const
  return (await db.read(() => all(query.selectFrom('purge').select(columns).orderBy('id', 'desc').limit(count)))).map(
    (entry) => ({ ...entry, hash: Buffer.from(entry.hash).toString('hex') }),
  )
}

/** Returns when the purge last ran, or undefined if it never did. */
export async function lastPurgeAt({ db }: App): Promise<number | undefined> {
  return (await db.read(() => first(runs(['ran_at']).orderBy('id', 'desc').limit(1))))?.ran_at
}

/**
 * Returns when the traces of deleted rows were last erased from the database file. If they never were, returns when the
 * purge first ran; undefined if it never did.
 */
export function* tracesErasedAt(): Unit<number | undefined> {
  const last = yield* first(runs(['erased_at']).orderBy('id', 'desc').limit(1))
  return last?.erased_at ?? (yield* first(runs(['ran_at']).orderBy('id').limit(1)))?.ran_at
}

function runs<Column extends 'ran_at' | 'erased_at'>(columns: readonly Column[]) {
  return query.selectFrom('purge').select(columns).where('rule', '=', 'run')
}
