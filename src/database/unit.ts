import type { Query } from './query.ts'

/**
 * A unit of work: a generator that yields queries, and effects of its commit, and nothing else. An engine runs it and
 * supplies the connection, so the same unit runs on every engine. A single step is a unit too.
 */
export interface Unit<Result> {
  [Symbol.iterator](): Iterator<Step<unknown>, Result, unknown>
  /** An array of queries has no such method, and so is not a unit. */
  next(result?: unknown): IteratorResult<Step<unknown>, Result>
}

/** What an engine does for a step. */
export type Action =
  | { readonly kind: 'all' | 'first' | 'run'; readonly query: Query<unknown> }
  | { readonly kind: 'beforeCommit' | 'onCommit'; readonly effect: () => void }

// The steps that the running unit made and did not yield yet; undefined while no unit runs. A unit runs without awaits.
let pending: number | undefined

/**
 * One query or effect of a unit of work, yielded once: `const row = yield* first(query)`. A step that is made outside a unit,
 * never yielded or yielded twice is an error.
 */
export class Step<Result> implements Unit<Result>, Iterator<Step<unknown>, Result, unknown> {
  readonly action: Action
  #isYielded = false

  constructor(action: Action) {
    if (pending === undefined) throw new Error('a query was made outside a unit of work')
    this.action = action
    pending += 1
  }

  [Symbol.iterator](): this {
    if (this.#isYielded) throw new Error('a unit of work yielded a query twice')
    return this
  }

  /** Yields the step; when called again, returns the result that the engine passes in. */
  next(result?: unknown): IteratorResult<Step<unknown>, Result> {
    if (this.#isYielded) return { done: true, value: result as Result }
    this.#isYielded = true
    return { done: false, value: this }
  }

  /** Throws the engine's error where the unit yielded the step, so that its stack trace names the functions of the unit. */
  throw(error?: unknown): IteratorResult<Step<unknown>, Result> {
    if (error instanceof Error) Error.captureStackTrace(error, this.throw)
    throw error
  }
}

/** Returns every row of a query. */
export function all<Row>(query: Query<Row>): Step<Row[]> {
  return new Step({ kind: 'all', query })
}

/** Returns the first row of a query, if any. */
export function first<Row>(query: Query<Row>): Step<Row | undefined> {
  return new Step({ kind: 'first', query })
}

/** Returns the row of a query that always has one, such as an insert with `returning`. */
export function* returned<Row>(query: Query<Row>): Unit<Row> {
  const row = yield* first(query)
  if (row === undefined) throw new Error('a query returned no row')
  return row
}

/** Runs a query without reading rows. Returns the number of rows that it inserted, updated or deleted. */
export function run(query: Query<unknown>): Step<number> {
  return new Step({ kind: 'run', query })
}

/** Registers an effect in memory: called once the commit is durable, never if it is rolled back. It must not throw. */
export function onCommit(effect: () => void): Step<void> {
  return new Step({ kind: 'onCommit', effect })
}

/**
 * Registers an effect that must be durable before the unit: called when the unit is complete, and before its transaction
 * commits. If it throws, the unit is rolled back. It may be called for a unit that is rolled back or run again afterwards,
 * so it must be safe to repeat.
 */
export function beforeCommit(effect: () => void): Step<void> {
  return new Step({ kind: 'beforeCommit', effect })
}

/**
 * Runs a unit to its end. `execute` performs the action of one step. Throws if the unit made a step and did not yield it, or
 * returns a unit. A generator that was called and neither run nor returned leaves no trace; `npm run check` finds it.
 */
export function runUnit<Result>(work: () => Unit<Result>, execute: (action: Action) => unknown): Result {
  if (pending !== undefined) throw new Error('a unit of work cannot run inside another')
  pending = 0
  try {
    const result = runSteps(work()[Symbol.iterator](), execute)
    if (pending !== 0 || isUnit(result)) throw new Error('a unit of work made a query and did not yield it')
    return result
  } finally {
    pending = undefined
  }
}

function runSteps<Result>(
  unit: Iterator<Step<unknown>, Result, unknown>,
  execute: (action: Action) => unknown,
): Result {
  let step = unit.next()
  while (!step.done) {
    pending = (pending ?? 0) - 1
    let result: unknown
    try {
      result = execute(step.value.action)
    } catch (error) {
      if (!unit.throw) throw error
      step = unit.throw(error)
      continue
    }
    step = unit.next(result)
  }
  return step.value
}

// Generators and steps are iterators; rows and arrays are not.
function isUnit(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value
}

/** The result of a unit, from its type. */
export type UnitResult<Work> = Work extends Unit<infer Result> ? Result : never
