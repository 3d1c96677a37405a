import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { pragmas } from '../../src/database/pragmas.ts'
import { preparedQuery, query } from '../../src/database/query.ts'
import { failureOf } from '../fixtures/failure.ts'
import { temporaryFolder } from '../fixtures/instance.ts'

interface Store extends Disposable {
  readonly db: Database
  readonly path: string
}

describe('a commit', () => {
  test('is on disk and visible to other connections when its promise resolves', async () => {
    using store = openStore()
    using reader = openReader(store)
    const pending = write(store, 'one')
    expect(reader.rules()).toEqual([])
    await pending
    expect(reader.rules()).toEqual(['one'])
  })

  test('resolves to the result of its work, which sees its own writes', async () => {
    using store = openStore()
    const seen = await store.db.commit(() => {
      insert(store, 'one')
      return rules(store)
    })
    expect(seen).toEqual(['one'])
  })

  test('shares one transaction with everything from the same turn of the event loop', async () => {
    using store = openStore()
    store.db.truncateLog()
    await Promise.all(Array.from({ length: 50 }, (_, index) => write(store, `rule ${index}`)))
    expect(transactionsIn(store)).toBe(1)
    for (const rule of ['first alone', 'second alone']) await write(store, rule)
    expect(transactionsIn(store)).toBe(3)
  })

  test('runs and resolves in the order of arrival', async () => {
    using store = openStore()
    const resolved: string[] = []
    const names = Array.from({ length: 20 }, (_, index) => `rule ${index}`)
    await Promise.all(names.map((name) => write(store, name).then(() => resolved.push(name))))
    expect(rules(store)).toEqual(names)
    expect(resolved).toEqual(names)
  })

  test('puts work that arrives while it runs into the next group', async () => {
    using store = openStore()
    let inner: Promise<unknown> = Promise.resolve()
    await store.db.commit(() => {
      insert(store, 'outer')
      inner = write(store, 'inner')
    })
    expect(rules(store)).toEqual(['outer'])
    await inner
    expect(rules(store)).toEqual(['outer', 'inner'])
  })
})

describe('work that throws', () => {
  test('is rolled back alone', async () => {
    using store = openStore()
    const error = new Error('on purpose')
    const results = await Promise.allSettled([
      write(store, 'before'),
      store.db.commit(() => {
        insert(store, 'rolled back')
        insert(store, 'rolled back too')
        throw error
      }),
      write(store, 'after'),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: error })
    expect(rules(store)).toEqual(['before', 'after'])
  })

  test('by violating a constraint is rolled back too', async () => {
    using store = openStore()
    const orphan = `INSERT INTO secret VALUES (9, x'01', 'k', x'01', x'01', NULL, NULL, 0, 1, 0, 1, NULL, NULL, x'01', x'01')`
    const results = await Promise.allSettled([
      store.db.commit(() => {
        insert(store, 'rolled back')
        store.db.run({ sql: orphan, parameters: [] })
      }),
      write(store, 'committed'),
    ])
    expect(String(results[0]?.status === 'rejected' && results[0].reason)).toContain('FOREIGN KEY')
    expect(rules(store)).toEqual(['committed'])
  })
})

describe('a failing disk', () => {
  test('at COMMIT rejects every promise, and nothing is stored', async () => {
    using store = openStore()
    // A constraint that is checked at COMMIT simulates a disk that fails there.
    const atCommit = store.db.commit(() => {
      store.db.run({ sql: 'PRAGMA defer_foreign_keys=1', parameters: [] })
      store.db.run({
        sql: `INSERT INTO secret VALUES (9, x'01', 'k', x'01', x'01', NULL, NULL, 0, 1, 0, 1, NULL, NULL, x'01', x'01')`,
        parameters: [],
      })
    })
    const results = await Promise.allSettled([write(store, 'before'), atCommit, write(store, 'after')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(rules(store)).toEqual([])
    await write(store, 'the next one')
    expect(rules(store)).toEqual(['the next one'])
  })

  test('that is full resolves exactly the promises whose writes are stored', async () => {
    using store = openStore()
    const { page_count } = store.db.first<{ page_count: number }>({ sql: 'PRAGMA page_count', parameters: [] }) ?? {}
    store.db.all({ sql: `PRAGMA max_page_count=${page_count}`, parameters: [] })
    const names = ['small', 'x'.repeat(100_000), 'small too']
    const results = await Promise.allSettled(names.map((name) => write(store, name)))
    expect(results[1]?.status).toBe('rejected')
    const stored = names.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(rules(store)).toEqual(stored)
    store.db.all({ sql: 'PRAGMA max_page_count=1000000', parameters: [] })
    await write(store, 'room again')
    expect(rules(store)).toEqual([...stored, 'room again'])
  })

  test('locked by another process rejects every promise', async () => {
    using store = openStore()
    using other = new Sqlite(store.path)
    store.db.all({ sql: 'PRAGMA busy_timeout=10', parameters: [] })
    other.run('BEGIN IMMEDIATE')
    const results = await Promise.allSettled([write(store, 'one'), write(store, 'two')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    other.run('ROLLBACK')
    await write(store, 'three')
    expect(rules(store)).toEqual(['three'])
  })

  test('of a closed database rejects later commits, and keeps earlier ones', async () => {
    using store = openStore()
    const early = write(store, 'early')
    store.db[Symbol.dispose]()
    await early
    expect(await failureOf(write(store, 'late'))).toBeString()
    using reader = openReader(store)
    expect(reader.rules()).toEqual(['early'])
    expect(statSync(store.path).size).toBeGreaterThan(0)
  })
})

describe('every connection', () => {
  test('is durable when acknowledged, erases when it deletes, and is strict about references', () => {
    using store = openStore()
    for (const [name, value] of Object.entries(pragmas)) expect(pragma(store, name)).toBe(value)
    expect([pragmas.journal_mode, pragmas.synchronous, pragmas.secure_delete, pragmas.foreign_keys]).toEqual([
      'wal',
      2,
      1,
      1,
    ])
  })

  test('keeps its settings after the log was truncated and the file vacuumed', async () => {
    using store = openStore()
    await write(store, 'one')
    expect([store.db.vacuum(), store.db.truncateLog()]).toEqual([true, true])
    for (const [name, value] of Object.entries(pragmas)) expect(pragma(store, name)).toBe(value)
    expect(rules(store)).toEqual(['one'])
  })

  test('creates files that only their owner may read', async () => {
    using store = openStore()
    await write(store, 'one')
    for (const end of ['', '-wal', '-shm']) expect(statSync(store.path + end).mode & 0o777).toBe(0o600)
  })
})

describe('a reader in another process', () => {
  test('does not block: the log is truncated once the reader is done', async () => {
    using store = openStore()
    await write(store, 'one')
    using other = new Sqlite(store.path)
    other.run('BEGIN')
    other.query('SELECT * FROM purge').all()
    await write(store, 'two')
    expect(store.db.truncateLog()).toBe(false)
    other.run('ROLLBACK')
    expect(store.db.truncateLog()).toBe(true)
    expect(statSync(`${store.path}-wal`).size).toBe(0)
  })
})

describe('a vacuum', () => {
  test('is postponed while another process writes, and for a multiple of its own duration', async () => {
    using store = openStore()
    using other = new Sqlite(store.path)
    other.run('BEGIN IMMEDIATE')
    expect(store.db.vacuum()).toBe(false)
    other.run('ROLLBACK')
    using fresh = openStore()
    await fresh.db.commit(() => insert(fresh, 'x'.repeat(3_000_000)))
    expect([fresh.db.vacuum(), fresh.db.vacuum()]).toEqual([true, false])
  })
})

test('a prepared query takes its values by name, each any number of times', () => {
  using store = openStore()
  insert(store, 'one')
  const between = preparedQuery<{ rule: string; from: number; to: number }>()((value) =>
    query
      .selectFrom('purge')
      .select((select) => ['rule', select.val(value('from')).as('from')])
      .where('due_at', '>=', value('from'))
      .where('due_at', '<', value('to'))
      .where('rule', '=', value('rule')),
  )
  expect(store.db.all<object>(between({ rule: 'one', from: 0, to: 2 }))).toEqual([{ rule: 'one', from: 0 }])
  expect(store.db.all(between({ rule: 'one', from: 2, to: 3 }))).toEqual([])
  expect(store.db.all(between({ rule: "one' OR 1=1 --", from: 0, to: 2 }))).toEqual([])
  expect(between({ to: 3, from: 2, rule: 'r' }).parameters).toEqual([2, 2, 3, 'r'])
})

function openStore(): Store {
  const folder = temporaryFolder()
  const path = join(folder.path, 'store.db')
  const db = openDatabase(path)
  return {
    db,
    path,
    [Symbol.dispose]: () => {
      db[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

function openReader({ path }: Store): Disposable & { rules(): string[] } {
  const sqlite = new Sqlite(path, { readonly: true })
  return {
    rules: () =>
      sqlite
        .query<{ rule: string }, []>('SELECT rule FROM purge ORDER BY id')
        .all()
        .map(({ rule }) => rule),
    [Symbol.dispose]: () => sqlite.close(),
  }
}

function insert({ db }: Store, rule: string): void {
  const chain = { previous: new Uint8Array(32), hash: new Uint8Array(32) }
  db.run(query.insertInto('purge').values({ rule, due_at: 1, ran_at: 1, removed: 0, oldest_due_at: null, ...chain }))
}

function write(store: Store, rule: string): Promise<void> {
  return store.db.commit(() => insert(store, rule))
}

function rules({ db }: Store): string[] {
  return db.all(query.selectFrom('purge').select('rule').orderBy('id')).map(({ rule }) => rule)
}

function pragma({ db }: Store, name: string): unknown {
  return Object.values(db.first<object>({ sql: `PRAGMA ${name}`, parameters: [] }) ?? {})[0]
}

// In the WAL, the last frame of each transaction has the size of the database after it; the others have 0.
function transactionsIn({ path }: Store): number {
  const log = readFileSync(`${path}-wal`)
  const pageSize = log.readUInt32BE(8)
  let transactions = 0
  for (let frame = 32; frame < log.length; frame += 24 + pageSize)
    if (log.readUInt32BE(frame + 4) > 0) transactions += 1
  return transactions
}
