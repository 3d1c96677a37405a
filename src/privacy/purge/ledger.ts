import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { PurgeTable } from '../../database/schema/purge.ts'
import type { RetentionRule } from '../inventory/retention-rules.ts'
import type { ChainReport } from '../verify/verification.ts'

/** What an entry of the ledger says: numbers and moments, never of whom (P25). */
export interface LedgerEntry {
  readonly rule: string
  readonly due_at: number
  readonly ran_at: number
  readonly removed: number
  readonly oldest_due_at: number | null
  readonly erased_at?: number | null
  readonly anchor?: Uint8Array | null
}

/** An entry as it is stored. */
export type StoredEntry = Omit<PurgeTable, 'id'> & { readonly id: number }

const step = 500
const beginning = new Uint8Array(32)

/** The highest number that any entry ever had: it stays when entries are taken away. */
export const lastIssuedId = sql<number>`coalesce((select seq from sqlite_sequence where name = 'purge'), 0)`

/** Adds an entry to the end of the chain, inside the caller's commit. */
export function appendEntry(app: App, { erased_at = null, anchor = null, ...entry }: LedgerEntry): void {
  const last = app.db.first(
    query
      .selectFrom(query.selectNoFrom(lastIssuedId.as('id')).as('given'))
      .select('id')
      .select((given) => given.selectFrom('purge').select('hash').orderBy('id', 'desc').limit(1).as('hash')),
  )
  const previous = last?.hash ?? anchor ?? beginning
  const link = { id: (last?.id ?? 0) + 1, ...entry, erased_at, anchor, previous }
  app.db.run(query.insertInto('purge').values({ ...link, hash: hashEntry(link) }))
}

/** SHA-256 over the columns in this order, as JSON, bytes in hexadecimal: whoever has the rows can compute it. */
export function hashEntry(link: Omit<StoredEntry, 'hash'>): Uint8Array {
  const { id, rule, due_at, ran_at, removed, oldest_due_at, erased_at, anchor, previous } = link
  const moments = [due_at, ran_at, removed, oldest_due_at, erased_at]
  const fields = ['sotto-ledger-1', id, rule, ...moments, anchor && hex(anchor), hex(previous)]
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(fields)).digest()
}

/**
 * Removes the entries that are old enough, and says so in the chain itself: the hash of the newest that went is the
 * anchor that what is left hangs on. Both are one commit, so that a cut is never mistaken for this.
 */
export async function pruneLedger(app: App, { name: rule, delay }: RetentionRule, due_at: number) {
  const ran_at = app.now()
  let removed = 0
  let oldestDue: number | null = null
  for (;;) {
    const old = await app.db.commit(() => {
      const entries = oldEntries(app, ran_at - delay)
      const [first, newest] = [entries[0], entries.at(-1)]
      if (!first || !newest) return []
      app.db.run(query.deleteFrom('purge').where('id', '<=', newest.id))
      const oldest_due_at = first.ran_at + delay
      appendEntry(app, { rule, due_at, ran_at, removed: entries.length, oldest_due_at, anchor: newest.hash })
      return entries
    })
    const [first] = old
    if (!first) return oldestDue === null ? undefined : { oldestDue, removed }
    oldestDue ??= first.ran_at + delay
    removed += old.length
  }
}

// From the start of the chain up to the first entry that is to stay, whatever the clock did between.
function oldEntries({ db }: App, before: number) {
  const entries = db.all(query.selectFrom('purge').select(['id', 'ran_at', 'hash']).orderBy('id').limit(step))
  const kept = entries.findIndex(({ ran_at }) => ran_at > before)
  return kept < 0 ? entries : entries.slice(0, kept)
}

/** Walks the whole chain and computes every hash anew (P25). `head` is one that was noted earlier. */
export async function verifyChain(app: App, head?: string): Promise<ChainReport> {
  const chain = await walkChain(app, head)
  // The purge may have taken entries from under the walk; a chain that is broken stays broken.
  return chain.fault ? walkChain(app, head) : chain
}

async function walkChain(app: App, wanted: string | undefined): Promise<ChainReport> {
  let entries = 0
  let since: number | null = null
  let last: StoredEntry | undefined
  let containsHead = wanted === undefined ? undefined : false
  for (;;) {
    const links = linksAfter(app, last?.id ?? 0)
    for (const { start, ...link } of links) {
      since ??= link.ran_at
      const kind = faultOf(link, last, start)
      if (kind) return { entries, since, head: null, containsHead, fault: { kind, entry: link.id } }
      if (hex(link.hash) === wanted || (link.anchor && hex(link.anchor) === wanted)) containsHead = true
      entries += 1
      last = link
    }
    if (links.length < step) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { entries, since, head: last ? hex(last.hash) : null, containsHead, fault: cutAtEnd(app) }
}

// The anchor comes with the rows: it must be of the same moment.
function linksAfter({ db }: App, id: number) {
  const anchors = query.selectFrom('purge').where('anchor', 'is not', null).orderBy('id', 'desc').limit(1)
  return db.all(
    query
      .selectFrom('purge')
      .selectAll()
      .select(anchors.select('anchor').as('start'))
      .where('id', '>', id)
      .orderBy('id')
      .limit(step),
  )
}

function faultOf(
  link: StoredEntry,
  before: StoredEntry | undefined,
  anchor: Uint8Array | null,
): 'altered' | 'cut' | undefined {
  if (!same(link.hash, hashEntry(link))) return 'altered'
  if (before) return link.id === before.id + 1 && same(link.previous, before.hash) ? undefined : 'cut'
  const isBeginning = link.id === 1 && same(link.previous, beginning)
  return isBeginning || (anchor && same(link.previous, anchor)) ? undefined : 'cut'
}

function cutAtEnd({ db }: App): ChainReport['fault'] {
  const end = db.first(
    query
      .selectFrom(query.selectNoFrom(lastIssuedId.as('given')).as('numbers'))
      .select('given')
      .select((numbers) =>
        numbers
          .selectFrom('purge')
          .select(({ fn }) => fn.max('id').as('last'))
          .as('last'),
      ),
  )
  const last = end?.last ?? 0
  return (end?.given ?? 0) > last ? { kind: 'cut', entry: last + 1 } : undefined
}

/** The last entries, newest first. */
export function listLastEntries({ db }: App, count: number) {
  const said = ['id', 'rule', 'due_at', 'ran_at', 'removed', 'oldest_due_at', 'hash'] as const
  return db
    .all(query.selectFrom('purge').select(said).orderBy('id', 'desc').limit(count))
    .map((entry) => ({ ...entry, hash: hex(entry.hash) }))
}

/** When the traces of what was destroyed were last erased from the file, or the first run where they never were. */
export function tracesErasedAt({ db }: App): number | undefined {
  const runs = query.selectFrom('purge').select(['erased_at', 'ran_at']).where('rule', '=', 'run')
  const last = db.first(runs.orderBy('id', 'desc').limit(1))
  return last?.erased_at ?? db.first(runs.orderBy('id').limit(1))?.ran_at
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
