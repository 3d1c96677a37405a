import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { sql } from 'kysely'
import { preparedQuery, query } from '../../../src/database/query.ts'
import { pragmas } from '../../../src/database/sqlite/pragmas.ts'
import { all, first, run, type Unit } from '../../../src/database/unit.ts'
import { failureOf } from '../../fixtures/failure.ts'
import { openReader, openStore, type Store } from '../../fixtures/store.ts'

describe('a commit', () => {
  test('is on disk and visible to other connections when its promise resolves', async () => {
    await using store = openStore()
    using reader = openReader(store)
    const pending = write(store, 'one')
    expect(reader.rules()).toEqual([])
    await pending
    expect(reader.rules()).toEqual(['one'])
  })

  test('resolves to the result of its work, which sees its own writes', async () => {
    await using store = openStore()
    const seen = await store.db.commit(function* () {
      yield* insert('one')
      return yield* selectRules()
    })
    expect(seen).toEqual(['one'])
  })

  test('shares one transaction with everything from the same turn of the event loop', async () => {
    await using store = openStore()
    await store.db.truncateLog()
    await Promise.all(Array.from({ length: 50 }, (_, index) => write(store, `rule ${index}`)))
    expect(transactionsIn(store)).toBe(1)
    for (const rule of ['first alone', 'second alone']) await write(store, rule)
    expect(transactionsIn(store)).toBe(3)
  })

  test('runs and resolves in the order of arrival', async () => {
    await using store = openStore()
    const resolved: string[] = []
    const names = Array.from({ length: 20 }, (_, index) => `rule ${index}`)
    await Promise.all(names.map((name) => write(store, name).then(() => resolved.push(name))))
    expect(await rules(store)).toEqual(names)
    expect(resolved).toEqual(names)
  })

  test('puts work that arrives while it runs into the next group', async () => {
    await using store = openStore()
    let inner: Promise<unknown> = Promise.resolve()
    await store.db.commit(function* () {
      yield* insert('outer')
      inner = write(store, 'inner')
    })
    expect(await rules(store)).toEqual(['outer'])
    await inner
    expect(await rules(store)).toEqual(['outer', 'inner'])
  })
})

describe('work that throws', () => {
  test('is rolled back alone', async () => {
    await using store = openStore()
    const error = new Error('on purpose')
    const results = await Promise.allSettled([
      write(store, 'before'),
      store.db.commit(function* () {
        yield* insert('rolled back')
        yield* insert('rolled back too')
        throw error
      }),
      write(store, 'after'),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: error })
    expect(await rules(store)).toEqual(['before', 'after'])
  })

  test('is rolled back if it inserted a row and read none', async () => {
    await using store = openStore()
    const failing = store.db.commit(function* () {
      yield* first(query.insertInto('purge').values(entryOf('rolled back')))
      throw new Error('on purpose')
    })
    const results = await Promise.allSettled([failing, write(store, 'committed')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await rules(store)).toEqual(['committed'])
  })

  test('by violating a constraint is rolled back too', async () => {
    await using store = openStore()
    const orphan = `INSERT INTO secret VALUES (9, x'01', 'k', x'01', x'01', NULL, NULL, 0, 1, 0, 1, NULL, NULL, x'01', x'01')`
    const results = await Promise.allSettled([
      store.db.commit(function* () {
        yield* insert('rolled back')
        yield* run(sql.raw(orphan))
      }),
      write(store, 'committed'),
    ])
    expect(String(results[0]?.status === 'rejected' && results[0].reason)).toContain('FOREIGN KEY')
    expect(await rules(store)).toEqual(['committed'])
  })
})

describe('a failing disk', () => {
  test('at COMMIT rejects every promise, and nothing is stored', async () => {
    await using store = openStore()
    // A constraint that is checked at COMMIT simulates a disk that fails there.
    const atCommit = store.db.commit(function* () {
      yield* run(sql.raw('PRAGMA defer_foreign_keys=1'))
      yield* run(
        sql.raw(
          `INSERT INTO secret VALUES (9, x'01', 'k', x'01', x'01', NULL, NULL, 0, 1, 0, 1, NULL, NULL, x'01', x'01')`,
        ),
      )
    })
    const results = await Promise.allSettled([write(store, 'before'), atCommit, write(store, 'after')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await rules(store)).toEqual([])
    await write(store, 'the next one')
    expect(await rules(store)).toEqual(['the next one'])
  })

  test('that is full resolves exactly the promises whose writes are stored', async () => {
    await using store = openStore()
    await setPragma(store, 'max_page_count', Number(await pragma(store, 'page_count')))
    const names = ['small', 'x'.repeat(100_000), 'small too']
    const results = await Promise.allSettled(names.map((name) => write(store, name)))
    expect(results[1]?.status).toBe('rejected')
    const stored = names.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(await rules(store)).toEqual(stored)
    await setPragma(store, 'max_page_count', 1_000_000)
    await write(store, 'room again')
    expect(await rules(store)).toEqual([...stored, 'room again'])
  })

  test('that is full is asked to free space once, also after a unit was rolled back', async () => {
    let requests = 0
    await using store = openStore(() => {
      requests += 1
      void setPragma(store, 'max_page_count', 1_000_000)
      return true
    })
    await setPragma(store, 'max_page_count', Number(await pragma(store, 'page_count')))
    const large = 'x'.repeat(100_000)
    const failing = store.db.commit(function* () {
      yield* insert('rolled back')
      throw new Error('on purpose')
    })
    const results = await Promise.allSettled([failing, write(store, large)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await rules(store)).toEqual([large])
    expect(requests).toBe(1)
  })

  test('that ends the transaction rejects every promise, even if a unit catches the error', async () => {
    await using store = openStore()
    // SQLite rolls back the whole transaction, as it does for some errors of the disk.
    const ending = sql`INSERT OR ROLLBACK INTO purge (id) VALUES (NULL)`
    const results = await Promise.allSettled([
      write(store, 'before'),
      store.db.commit(function* () {
        try {
          yield* run(ending)
        } catch {
          yield* insert('instead')
        }
      }),
      write(store, 'after'),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(results[0]).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT_NOTNULL' } })
    expect(await rules(store)).toEqual([])
  })

  test('that is full rejects every promise with storage_full, even if a unit catches the error', async () => {
    await using store = openStore()
    await setPragma(store, 'max_page_count', Number(await pragma(store, 'page_count')))
    const catching = store.db.commit(function* () {
      try {
        yield* insert('x'.repeat(100_000))
      } catch {
        yield* insert('instead')
      }
    })
    const results = await Promise.allSettled([write(store, 'before'), catching, write(store, 'after')])
    const reason = { code: 'storage_full' }
    expect(results).toMatchObject(Array.from({ length: 3 }, () => ({ status: 'rejected', reason })))
    expect(await rules(store)).toEqual([])
  })

  test('locked by another process rejects every promise', async () => {
    await using store = openStore()
    using other = new Sqlite(store.path)
    await setPragma(store, 'busy_timeout', 10)
    other.run('BEGIN IMMEDIATE')
    const results = await Promise.allSettled([write(store, 'one'), write(store, 'two')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    other.run('ROLLBACK')
    await write(store, 'three')
    expect(await rules(store)).toEqual(['three'])
  })

  test('of a closing database rejects units that its last group adds', async () => {
    await using store = openStore()
    let inner: Promise<unknown> = Promise.resolve()
    const outer = store.db.commit(function* () {
      yield* insert('outer')
      inner = write(store, 'inner')
    })
    await store.db[Symbol.asyncDispose]()
    expect(await failureOf(inner)).toBe('the database is closed')
    await outer
    using reader = openReader(store)
    expect(reader.rules()).toEqual(['outer'])
  })

  test('of a closed database rejects later commits, and keeps earlier ones', async () => {
    await using store = openStore()
    const early = write(store, 'early')
    await store.db[Symbol.asyncDispose]()
    await early
    expect(await failureOf(write(store, 'late'))).toBeString()
    using reader = openReader(store)
    expect(reader.rules()).toEqual(['early'])
    expect(statSync(store.path).size).toBeGreaterThan(0)
  })
})

describe('every connection', () => {
  test('is durable when acknowledged, erases when it deletes, and is strict about references', async () => {
    await using store = openStore()
    for (const [name, value] of Object.entries(pragmas)) expect(await pragma(store, name)).toBe(value)
    expect([pragmas.journal_mode, pragmas.synchronous, pragmas.secure_delete, pragmas.foreign_keys]).toEqual([
      'wal',
      2,
      1,
      1,
    ])
  })

  test('keeps its settings after the log was truncated and the file vacuumed', async () => {
    await using store = openStore()
    await write(store, 'one')
    expect([await store.db.vacuum(), await store.db.truncateLog()]).toEqual([true, true])
    for (const [name, value] of Object.entries(pragmas)) expect(await pragma(store, name)).toBe(value)
    expect(await rules(store)).toEqual(['one'])
  })

  test('creates files that only their owner may read', async () => {
    await using store = openStore()
    await write(store, 'one')
    for (const end of ['', '-wal', '-shm']) expect(statSync(store.path + end).mode & 0o777).toBe(0o600)
  })
})

describe('a reader in another process', () => {
  test('does not block: the log is truncated once the reader is done', async () => {
    await using store = openStore()
    await write(store, 'one')
    using other = new Sqlite(store.path)
    other.run('BEGIN')
    other.query('SELECT * FROM purge').all()
    await write(store, 'two')
    expect(await store.db.truncateLog()).toBe(false)
    other.run('ROLLBACK')
    expect(await store.db.truncateLog()).toBe(true)
    expect(statSync(`${store.path}-wal`).size).toBe(0)
  })
})

describe('a vacuum', () => {
  test('is postponed while another process writes, and for a multiple of its own duration', async () => {
    await using store = openStore()
    using other = new Sqlite(store.path)
    other.run('BEGIN IMMEDIATE')
    expect(await store.db.vacuum()).toBe(false)
    other.run('ROLLBACK')
    await using fresh = openStore()
    await fresh.db.commit(() => insert('x'.repeat(3_000_000)))
    expect([await fresh.db.vacuum(), await fresh.db.vacuum()]).toEqual([true, false])
  })
})

test('a prepared query takes its values by name, each any number of times', async () => {
  await using store = openStore()
  await write(store, 'one')
  const between = preparedQuery<{ rule: string; from: number; to: number }>()((value) =>
    query
      .selectFrom('purge')
      .select((expression) => ['rule', expression('due_at', '-', value('from')).as('since')])
      .where('due_at', '>=', value('from'))
      .where('due_at', '<', value('to'))
      .where('rule', '=', value('rule')),
  )
  const find = (values: Parameters<typeof between>[0]) => store.db.read(() => all<object>(between(values)))
  expect(await find({ rule: 'one', from: 0, to: 2 })).toEqual([{ rule: 'one', since: 1 }])
  expect(await find({ to: 3, from: 2, rule: 'one' })).toEqual([])
  expect(await find({ rule: "one' OR 1=1 --", from: 0, to: 2 })).toEqual([])
})

let entries = 0

function insert(rule: string): Unit<unknown> {
  return run(query.insertInto('purge').values(entryOf(rule)))
}

function entryOf(rule: string) {
  const chain = { id: ++entries, previous: new Uint8Array(32), hash: new Uint8Array(32) }
  return { rule, due_at: 1, ran_at: 1, removed: 0, oldest_due_at: null, ...chain }
}

function write(store: Store, rule: string): Promise<unknown> {
  return store.db.commit(() => insert(rule))
}

function* selectRules(): Unit<string[]> {
  return (yield* all(query.selectFrom('purge').select('rule').orderBy('id'))).map(({ rule }) => rule)
}

function rules({ db }: Store): Promise<string[]> {
  return db.read(selectRules)
}

async function pragma({ db }: Store, name: string): Promise<unknown> {
  return Object.values((await db.read(() => first(sql.raw<object>(`PRAGMA ${name}`)))) ?? {})[0]
}

async function setPragma({ db }: Store, name: string, value: number): Promise<void> {
  await db.read(() => all(sql.raw(`PRAGMA ${name}=${value}`)))
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
