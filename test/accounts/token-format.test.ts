import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { generateToken, isToken } from '../../src/accounts/tokens/token-format.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const token = fc.noShrink(fc.constant(0).map(() => generateToken(random)))
const letter = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')

describe('an API token', () => {
  test('has a form that secret scanners can detect', () => {
    fc.assert(fc.property(token, (generated) => /^sotto_[0-9A-Za-z]{36}$/.test(generated) && isToken(generated)))
  })

  test('is invalid with one character changed', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 6, max: 41 }), letter, (generated, index, other) => {
        fc.pre(generated[index] !== other)
        return !isToken(generated.slice(0, index) + other + generated.slice(index + 1))
      }),
      { numRuns: 1000 },
    )
  })

  test('is invalid with two adjacent characters swapped', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 6, max: 34 }), (generated, index) => {
        fc.pre(generated[index] !== generated[index + 1])
        return !isToken(
          generated.slice(0, index) + generated[index + 1] + generated[index] + generated.slice(index + 2),
        )
      }),
    )
  })

  test('is invalid if truncated, extended or otherwise malformed', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 0, max: 41 }), (generated, end) => !isToken(generated.slice(0, end))),
    )
    fc.assert(fc.property(token, fc.string({ minLength: 1 }), (generated, more) => !isToken(generated + more)))
    fc.assert(fc.property(fc.string(), (text) => !isToken(text)))
  })

  test('uses every character equally often', () => {
    const counts = new Map<string, number>()
    for (let generated = 0; generated < 4000; generated++)
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
