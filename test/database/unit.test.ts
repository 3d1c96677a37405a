import { describe, expect, test } from 'bun:test'
import { sql } from 'kysely'
import { query } from '../../src/database/query.ts'
import { all, beforeCommit, first, onCommit, returned, run, type Step, type Unit } from '../../src/database/unit.ts'
import { failureOf } from '../fixtures/failure.ts'
import { openReader, openStore, type Store } from '../fixtures/store.ts'

const notYielded = 'a unit of work made a query and did not yield it'

describe('a query that a unit makes and does not yield', () => {
  test('rejects and rolls the unit back', async () => {
    await using store = openStore()
    const forgotten = store.db.commit(function* () {
      yield* insert('one')
      insert('two')
    })
    expect(await failureOf(forgotten)).toBe(notYielded)
    expect(await names(store)).toEqual([])
  })

  test('rejects also in a unit that another one runs', async () => {
    await using store = openStore()
    const inner = function* (): Unit<void> {
      yield* insert('inner')
      first(countNames)
    }
    const outer = store.db.commit(function* () {
      yield* insert('outer')
      yield* inner()
      yield* insert('outer again')
    })
    expect(await failureOf(outer)).toBe(notYielded)
    expect(await names(store)).toEqual([])
  })

  test('rejects also in a unit that only reads', async () => {
    await using store = openStore()
    const forgotten = store.db.read(function* () {
      first(countNames)
      yield* selectNames()
    })
    expect(await failureOf(forgotten)).toBe(notYielded)
  })

  test('rejects also if it is an effect, or is spread into an array', async () => {
    await using store = openStore()
    const effects: string[] = []
    const dropped = store.db.commit(function* () {
      onCommit(() => effects.push('dropped'))
      yield* insert('one')
    })
    expect(await failureOf(dropped)).toBe(notYielded)
    const spread = store.db.commit(function* () {
      yield* insert('two')
      return [...insert('three')].length
    })
    expect(await failureOf(spread)).toBe(notYielded)
    expect([effects, await names(store)]).toEqual([[], []])
  })

  test('rejects also if it is the result', async () => {
    await using store = openStore()
    const returnedQuery = store.db.commit(function* () {
      yield* insert('one')
      return insert('two')
    })
    expect(await failureOf(returnedQuery)).toBe(notYielded)
    const returnedGenerator = store.db.commit(function* () {
      yield* insert('three')
      return selectNames()
    })
    expect(await failureOf(returnedGenerator)).toBe(notYielded)
    expect(await failureOf(store.db.read(() => selectLater()))).toBe(notYielded)
    expect(await names(store)).toEqual([])
  })

  test('rolls back only its own unit', async () => {
    await using store = openStore()
    const results = await Promise.allSettled([
      store.db.commit(() => insert('before')),
      store.db.commit(function* () {
        yield* insert('rolled back')
        insert('forgotten')
      }),
      store.db.commit(() => insert('after')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await names(store)).toEqual(['before', 'after'])
  })
})

describe('a query is refused', () => {
  test('if it is yielded twice', async () => {
    await using store = openStore()
    const twice = store.db.commit(function* () {
      const step = insert('one')
      yield* step
      yield* step
    })
    expect(await failureOf(twice)).toBe('a unit of work yielded a query twice')
    expect(await names(store)).toEqual([])
  })

  test('if it is made outside a unit', async () => {
    await using store = openStore()
    expect(() => insert('outside')).toThrow('a query was made outside a unit of work')
    let kept: Step<unknown> | undefined
    await store.db.commit(function* () {
      kept = insert('one')
      yield* kept
    })
    const step = kept as unknown as Step<unknown>
    expect(await failureOf(store.db.commit(() => step))).toBe('a unit of work yielded a query twice')
    expect(await names(store)).toEqual(['one'])
  })

  test('if it was made by an earlier unit, which failed before it yielded the query', async () => {
    await using store = openStore()
    let kept: Step<unknown> | undefined
    const failing = store.db.commit(function* () {
      kept = first(countNames)
      yield* insert('rolled back')
      throw new Error('on purpose')
    })
    expect(await failureOf(failing)).toBe('on purpose')
    const step = kept as unknown as Step<unknown>
    expect(await failureOf(store.db.read(() => step))).toBe(notYielded)
    expect(await names(store)).toEqual([])
  })
})

describe('a unit that throws', () => {
  test('after it made a query does not affect the next one', async () => {
    await using store = openStore()
    const failing = store.db.commit(function* () {
      yield* insert('one')
      insert('forgotten')
      throw new Error('on purpose')
    })
    const next = store.db.commit(function* () {
      yield* insert('two')
      return yield* selectNames()
    })
    expect(await failureOf(failing)).toBe('on purpose')
    expect(await next).toEqual(['two'])
    expect(await failureOf(store.db.read(() => failAtOnce()))).toBe('at once')
    expect(await names(store)).toEqual(['two'])
  })

  test('may catch an error of its own code or of a query, and go on', async () => {
    await using store = openStore()
    const caught = await store.db.commit(function* () {
      const messages: string[] = []
      for (const unit of [failAtOnce, insertTwice])
        try {
          yield* unit()
        } catch (error) {
          messages.push((error as Error).message)
        }
      yield* insert('after')
      return messages
    })
    expect(caught).toEqual(['at once', expect.stringContaining('UNIQUE')])
    expect(await names(store)).toEqual(['first of two', 'after'])
  })

  test('because a query failed names its functions in the stack trace, from the inside out', async () => {
    await using store = openStore()
    const expected = ['queryMissingTable', 'innerUnit', 'outerUnit']
    for (const failing of [store.db.read(() => outerUnit()), store.db.commit(() => outerUnit())]) {
      const error = await errorOf(failing)
      const functions = (error.stack ?? '').split('\n').map((line) => /at (\w+) \(.*unit\.test\.ts/.exec(line)?.[1])
      expect(functions.filter((name) => expected.includes(name ?? ''))).toEqual(expected)
      expect(error.message).toContain('no such table')
    }
  })
})

describe('a unit that reads', () => {
  const remove = query.deleteFrom('purge').returning('rule')
  const writes: Record<string, () => Unit<unknown>> = {
    'a query run for its effect': () => run(query.deleteFrom('purge')),
    'a read run for its effect': () => run(countNames),
    'rows of a delete': () => all(remove),
    'the first row of a delete': () => first(remove),
    'the row of an insert': () => returned(insertion('two').returning('rule')),
    'a raw delete': () => all(sql.raw(' delete from purge returning *')),
    'a raw delete with a common table expression': () =>
      all(sql.raw('with old as (select 1) delete from purge returning *')),
    'an effect after the commit': () => onCommit(() => {}),
    'an effect before the commit': () => beforeCommit(() => {}),
  }

  test.each(Object.entries(writes))('is refused %s', async (_, write) => {
    await using store = openStore()
    await store.db.commit(() => insert('one'))
    expect(await failureOf(store.db.read(write))).toBe('a unit that only reads made a change')
    expect(await names(store)).toEqual(['one'])
  })

  test('cannot run inside another unit, where it would see what is not committed', async () => {
    await using store = openStore()
    let inner: Promise<string> | undefined
    await store.db.commit(function* () {
      yield* insert('one')
      inner = failureOf(names(store))
    })
    expect(await inner).toBe('a unit of work cannot run inside another')
    expect(await names(store)).toEqual(['one'])
  })
})

test('the row of a query that always has one is returned; without a row it throws', async () => {
  await using store = openStore()
  const insertOne = insertion('one').returning('rule')
  expect(await store.db.commit(() => returned(insertOne))).toEqual({ rule: 'one' })
  const missing = query.selectFrom('purge').select('rule').where('rule', '=', 'missing')
  expect(await failureOf(store.db.read(() => returned(missing)))).toBe('a query returned no row')
})

describe('an effect after the commit', () => {
  test('is called once the unit is durable, and in order', async () => {
    await using store = openStore()
    using reader = openReader(store)
    const calls: string[] = []
    const record = (name: string) => onCommit(() => calls.push(`${name} ${reader.rules().length}`))
    const units = ['one', 'two'].map((name) =>
      store.db.commit(function* () {
        yield* record(`first of ${name}`)
        yield* insert(name)
        yield* record(`second of ${name}`)
        expect(calls).toEqual([])
      }),
    )
    await Promise.all(units)
    expect(calls).toEqual(['first of one 2', 'second of one 2', 'first of two 2', 'second of two 2'])
  })

  test('is not called for a unit that is rolled back, whether it wrote or not, and once for its neighbours', async () => {
    for (const failing of [failAtOnce, failAfterWrite]) {
      await using store = openStore()
      const calls: string[] = []
      let runs = 0
      const unitOf = (name: string, work: () => Unit<unknown>) =>
        store.db.commit(function* () {
          runs += 1
          yield* onCommit(() => calls.push(name))
          yield* work()
        })
      const results = await Promise.allSettled([
        unitOf('before', () => insert('before')),
        unitOf('failed', failing),
        unitOf('after', () => insert('after')),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      // A unit that failed after it wrote makes the group run a second time, with savepoints.
      expect(runs).toBe(failing === failAtOnce ? 3 : 5)
      expect(calls).toEqual(['before', 'after'])
      expect(await names(store)).toEqual(['before', 'after'])
    }
  })

  test('is not called if the commit fails', async () => {
    await using store = openStore()
    const calls: string[] = []
    const failing = store.db.commit(function* () {
      yield* onCommit(() => calls.push('failed'))
      yield* insertOrphan()
    })
    expect(await failureOf(failing)).toContain('FOREIGN KEY')
    expect(calls).toEqual([])
  })
})

describe('an effect before the commit', () => {
  test('is called when the unit is complete, and before another connection sees it', async () => {
    await using store = openStore()
    using reader = openReader(store)
    const calls: string[] = []
    await store.db.commit(function* () {
      yield* beforeCommit(() => calls.push(`effect ${reader.rules().length}`))
      yield* insert('one')
      calls.push('unit complete')
    })
    expect(calls).toEqual(['unit complete', 'effect 0'])
    expect(reader.rules()).toEqual(['one'])
  })

  test('that throws rolls back only its own unit', async () => {
    await using store = openStore()
    const calls: string[] = []
    const results = await Promise.allSettled([
      store.db.commit(() => insert('before')),
      store.db.commit(function* () {
        yield* onCommit(() => calls.push('after the commit'))
        yield* beforeCommit(() => {
          throw new Error('on purpose')
        })
        yield* insert('rolled back')
      }),
      store.db.commit(() => insert('after')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { message: 'on purpose' } })
    expect([calls, await names(store)]).toEqual([[], ['before', 'after']])
  })

  test('is not called for a unit that throws, nor for the next one', async () => {
    for (const failing of [failAtOnce, failAfterWrite]) {
      await using store = openStore()
      const calls: string[] = []
      const results = await Promise.allSettled([
        store.db.commit(function* () {
          yield* beforeCommit(() => calls.push('failed'))
          yield* failing()
        }),
        store.db.commit(() => insert('after')),
      ])
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
      expect(calls).toEqual([])
    }
  })
})

const countNames = query.selectFrom('purge').select(({ fn }) => fn.countAll<number>().as('rows'))

let lastId = 0

function insertion(name: string, id = ++lastId) {
  const chain = { previous: new Uint8Array(32), hash: new Uint8Array(32) }
  const entry = { id, rule: name, due_at: 1, ran_at: 1, removed: 0, oldest_due_at: null }
  return query.insertInto('purge').values({ ...entry, ...chain })
}

function insert(name: string): Step<number> {
  return run(insertion(name))
}

function* selectNames(): Unit<string[]> {
  return (yield* all(query.selectFrom('purge').select('rule').orderBy('id'))).map(({ rule }) => rule)
}

function names({ db }: Store): Promise<string[]> {
  return db.read(selectNames)
}

// biome-ignore lint/correctness/useYield: returns a unit without running it
function* selectLater(): Unit<Unit<string[]>> {
  return selectNames()
}

// biome-ignore lint/correctness/useYield: fails before it yields
function* failAtOnce(): Unit<void> {
  throw new Error('at once')
}

function* failAfterWrite(): Unit<void> {
  yield* insert('rolled back')
  throw new Error('after a write')
}

function* insertTwice(): Unit<void> {
  const id = ++lastId
  yield* run(insertion('first of two', id))
  yield* run(insertion('second of two', id))
}

// Its foreign key is checked when the transaction commits.
function* insertOrphan(): Unit<void> {
  yield* run(sql.raw('PRAGMA defer_foreign_keys=1'))
  yield* run(
    sql.raw(
      `INSERT INTO secret VALUES (9, x'01', 'k', x'01', x'01', NULL, NULL, 0, 1, 0, 1, NULL, NULL, x'01', x'01')`,
    ),
  )
}

function* outerUnit(): Unit<unknown> {
  yield* first(countNames)
  return yield* innerUnit()
}

function* innerUnit(): Unit<unknown> {
  return yield* queryMissingTable()
}

function* queryMissingTable(): Unit<unknown> {
  return yield* all(sql.raw('SELECT 1 FROM missing'))
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('the promise was fulfilled')
}
