/**
 * What the types accept as a unit of work, and what they refuse. Only the type checker reads this file: each line below a
 * `@ts-expect-error` must be an error, and nothing here is ever run.
 */
import type { Engine } from '../../src/database/engine.ts'
import { query } from '../../src/database/query.ts'
import { all, first, onCommit, returned, run, type Unit, type UnitResult } from '../../src/database/unit.ts'

const rules = query.selectFrom('purge').select(['id', 'rule'])

interface Rule {
  id: number
  rule: string
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

function expectTypes<_Checks extends true[]>(): void {}

/** The results of queries, units and transactions have the types of their rows. */
export function* resultsHaveTypes(db: Engine): Unit<Rule | undefined> {
  const rows = yield* all(rules)
  const row = yield* first(rules)
  const certain = yield* returned(rules)
  const changes = yield* run(query.deleteFrom('purge'))
  const nothing = yield* onCommit(() => {})
  const read = db.read(() => first(rules))
  const committed = db.commit(function* () {
    return (yield* all(rules)).map(({ rule }) => rule)
  })
  expectTypes<
    [
      Equal<typeof rows, Rule[]>,
      Equal<typeof row, Rule | undefined>,
      Equal<typeof certain, Rule>,
      Equal<typeof changes, number>,
      Equal<typeof nothing, void>,
      Equal<typeof read, Promise<Rule | undefined>>,
      Equal<typeof committed, Promise<string[]>>,
      Equal<UnitResult<ReturnType<typeof resultsHaveTypes>>, Rule | undefined>,
    ]
  >()
  // @ts-expect-error a forgotten `yield*`: the query is not its rows
  first(rules).rule
  // @ts-expect-error a forgotten `yield*`: the number of rows is compared
  if (run(query.deleteFrom('purge')) === 0) return undefined
  return row
}

/** A unit yields queries and effects, and nothing else. */
export function* onlyQueriesAreYielded(): Unit<void> {
  yield* run(query.deleteFrom('purge'))
  // @ts-expect-error a number
  yield 1
  // @ts-expect-error a promise
  yield Promise.resolve()
  // @ts-expect-error a response
  yield Response.json({})
  // @ts-expect-error a query builder, which is not a query of this unit
  yield rules
  // @ts-expect-error the items of an array
  yield* [1, 2]
  // @ts-expect-error another unit, without the star
  yield returned(rules)
}

/** A unit is synchronous: while a transaction is open, nothing is awaited. */
export const unitsAreSynchronous = [
  // @ts-expect-error an async function
  async (): Unit<void> => {},
  // @ts-expect-error an async generator
  async function* (): Unit<void> {},
  function* (): Unit<void> {
    // @ts-expect-error a promise instead of a query
    yield Promise.resolve()
  },
]

/** An engine runs units, and nothing else. */
export function enginesRunUnits({ read, commit }: Engine): void {
  for (const execute of [read, commit]) {
    void execute(() => all(rules))
    void execute(function* () {
      yield* first(rules)
    })
    // @ts-expect-error a function that returns a plain value
    void execute(() => 1)
    // @ts-expect-error a function that returns nothing
    void execute(() => {})
    // @ts-expect-error a function that returns a promise
    void execute(() => Promise.resolve(1))
    // @ts-expect-error an async function
    void execute(async () => {})
    // @ts-expect-error an async function that returns a unit
    void execute(async () => first(rules))
    // @ts-expect-error a function that returns an array
    void execute(() => [first(rules)])
    // @ts-expect-error an async generator
    void execute(async function* () {
      yield* first(rules)
    })
    // @ts-expect-error a generator of numbers
    void execute(function* () {
      yield 1
    })
    // @ts-expect-error a query instead of a function that makes it
    void execute(first(rules))
  }
}
