import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first } from '../../database/unit.ts'
import type { ChainReport } from '../verify/verification.ts'
import { firstPrevious, hashEntry, type StoredEntry, toHex } from './ledger.ts'
import { batchSize, yieldToRequests } from './scan.ts'

/**
 * Recomputes every hash of the ledger and checks that the chain is complete (P25). `head` is a hash in hexadecimal that was
 * noted earlier; the report says whether the chain contains it.
 */
export async function verifyChain(app: App, head?: string): Promise<ChainReport> {
  const report = await readChain(app, head)
  // A purge during the first pass can look like a fault; a real one is still there in the second.
  return report.fault ? readChain(app, head) : report
}

async function readChain(app: App, notedHead: string | undefined): Promise<ChainReport> {
  let entries = 0
  let since: number | null = null
  let last: StoredEntry | undefined
  let containsHead = notedHead === undefined ? undefined : false
  for (;;) {
    const batch = await entriesAfter(app, last?.id ?? 0)
    for (const { start, ...entry } of batch) {
      since ??= entry.ran_at
      const kind = faultOf(entry, last, start)
      if (kind) return { entries, since, head: null, containsHead, fault: { kind, entry: entry.id } }
      if (toHex(entry.hash) === notedHead || (entry.anchor && toHex(entry.anchor) === notedHead)) containsHead = true
      entries += 1
      last = entry
    }
    if (batch.length < batchSize) break
    await yieldToRequests()
  }
  return { entries, since, head: last ? toHex(last.hash) : null, containsHead, fault: await findCutAtEnd(app) }
}

// The newest anchor is read with the rows, so that a purge cannot come between them.
function entriesAfter({ db }: App, id: number) {
  const anchors = query.selectFrom('purge').where('anchor', 'is not', null).orderBy('id', 'desc').limit(1)
  return db.read(() =>
    all(
      query
        .selectFrom('purge')
        .selectAll()
        .select(anchors.select('anchor').as('start'))
        .where('id', '>', id)
        .orderBy('id')
        .limit(batchSize),
    ),
  )
}

function faultOf(entry: StoredEntry, before: StoredEntry | undefined, anchor: Uint8Array | null) {
  if (!isEqual(entry.hash, hashEntry(entry))) return 'altered'
  if (before) return entry.id === before.id + 1 && isEqual(entry.previous, before.hash) ? undefined : 'cut'
  const isFirst = entry.id === 1 && isEqual(entry.previous, firstPrevious)
  return isFirst || (anchor && isEqual(entry.previous, anchor)) ? undefined : 'cut'
}

async function findCutAtEnd({ db }: App): Promise<ChainReport['fault']> {
  const ids = await db.read(() =>
    first(
      query
        .selectFrom('instance')
        .select('last_entry_id as issued')
        .select((entries) =>
          entries
            .selectFrom('purge')
            .select(({ fn }) => fn.max('id').as('last'))
            .as('last'),
        ),
    ),
  )
  const last = ids?.last ?? 0
  return (ids?.issued ?? 0) > last ? { kind: 'cut', entry: last + 1 } : undefined
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
