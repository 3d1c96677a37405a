import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { generateToken, isToken } from '../../src/accounts/tokens/token-format.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const token = fc.noShrink(fc.constant(0).map(() => generateToken(random)))
const letter = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')

describe('an API token', () => {
  test('has a form that secret scanners can detect', () => {
    fc.assert(fc.property(token, (made) => /^sotto_[0-9A-Za-z]{36}$/.test(made) && isToken(made)))
  })

  test('is invalid with one character changed', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 6, max: 41 }), letter, (made, place, other) => {
        fc.pre(made[place] !== other)
        return !isToken(made.slice(0, place) + other + made.slice(place + 1))
      }),
      { numRuns: 1000 },
    )
  })

  test('is invalid with two adjacent characters swapped', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 6, max: 34 }), (made, place) => {
        fc.pre(made[place] !== made[place + 1])
        return !isToken(made.slice(0, place) + made[place + 1] + made[place] + made.slice(place + 2))
      }),
    )
  })

  test('is invalid if truncated, extended or otherwise malformed', () => {
    fc.assert(fc.property(token, fc.integer({ min: 0, max: 41 }), (made, end) => !isToken(made.slice(0, end))))
    fc.assert(fc.property(token, fc.string({ minLength: 1 }), (made, more) => !isToken(made + more)))
    fc.assert(fc.property(fc.string(), (text) => !isToken(text)))
  })

  test('uses every character equally often', () => {
    const counts = new Map<string, number>()
    for (let made = 0; made < 4000; made++)
      for (const one of generateToken(random).slice(6, 36)) counts.set(one, (counts.get(one) ?? 0) + 1)
    expect(counts.size).toBe(62)
    const expected = (4000 * 30) / 62
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 61 degrees of freedom: one honest run in a million is above this.
    expect(chi).toBeLessThan(130)
  })

  test('stays valid in later versions, because the checksum is part of issued tokens', () => {
    expect(generateToken(() => new Uint8Array(38))).toBe('sotto_0000000000000000000000000000002C8GjS')
    expect(isToken('sotto_000000000000000000000000000000000000')).toBe(false)
  })
})
