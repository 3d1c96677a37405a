import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Gcra } from '../../src/limits/gcra.ts'

const minute = 60_000

describe('a limit of 5 per minute', () => {
  test('allows five at once and not a sixth, and one more after each fifth of the minute', () => {
    const limit = new Gcra({ count: 5, windowMs: minute })
    const at = (now: number) => limit.consume('a', now).allowed
    expect([1, 2, 3, 4, 5, 6].map(() => at(0))).toEqual([true, true, true, true, true, false])
    expect([at(11_999), at(12_000), at(12_001)]).toEqual([false, true, false])
  })

  test('returns how many remain and how long to wait', () => {
    const limit = new Gcra({ count: 5, windowMs: minute })
    expect(limit.consume('a', 0)).toEqual({ allowed: true, remaining: 4, waitMs: 0 })
    for (let i = 0; i < 3; i++) limit.consume('a', 0)
    expect(limit.consume('a', 0)).toEqual({ allowed: true, remaining: 0, waitMs: 12_000 })
    expect(limit.consume('a', 2000)).toEqual({ allowed: false, remaining: 0, waitMs: 10_000 })
  })

  test('does not affect other keys', () => {
    const limit = new Gcra({ count: 1, windowMs: minute })
    expect(limit.consume('a', 0).allowed).toBe(true)
    expect(limit.consume('a', 0).allowed).toBe(false)
    expect(limit.consume('b', 0).allowed).toBe(true)
  })
})

test('stores at most its maximum of keys, and evicts the least recently seen', () => {
  const limit = new Gcra({ count: 1, windowMs: minute }, 3)
  for (const key of ['a', 'b', 'c', 'd']) limit.consume(key, 0)
  expect(limit.size).toBe(3)
  expect(limit.consume('d', 0).allowed).toBe(false)
  expect(limit.consume('a', 0).allowed).toBe(true)
})

test('allows at most twice the count in any window, and never refuses a caller who waits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(5000), { maxLength: 200 }), (count, gaps) => {
      const limit = new Gcra({ count, windowMs: 10_000 })
      let now = 0
      const allowed: number[] = []
      for (const gap of gaps) {
        now += gap
        if (limit.consume('a', now).allowed) allowed.push(now)
      }
      const max = Math.max(0, ...allowed.map((from) => allowed.filter((at) => at >= from && at < from + 10_000).length))
      expect(max).toBeLessThanOrEqual(2 * count)
      const { waitMs } = limit.consume('a', now)
      expect(limit.consume('a', now + waitMs + 10_000 / count).allowed).toBe(true)
    }),
  )
})
