import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Random, randomIndex, randomString } from '../../src/crypto/random.ts'

const random: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes))
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)

describe('a random index', () => {
  test('is below the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_536 }), (size) => {
        const index = randomIndex(size, random)
        expect(Number.isInteger(index) && index >= 0 && index < size).toBe(true)
      }),
    )
  })

  test.each([1, 2, 3, 62, 7776, 40_000, 65_536])('is exactly uniform below %d', (size) => {
    const counts = new Uint32Array(size)
    const pairs = pairsInOrder()
    const drawn: number[] = []
    try {
      for (;;) drawn.push(randomIndex(size, pairs))
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError)
    }
    for (const index of drawn) counts[index] = (counts[index] ?? 0) + 1
    expect(new Set(counts)).toEqual(new Set([Math.floor(65_536 / size)]))
  })

  test('throws if the source returns too few bytes', () => {
    expect(() => randomIndex(10, () => new Uint8Array(1))).toThrow(RangeError)
  })
})

describe('a random string', () => {
  test('has the requested length and characters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 0, max: 400 }), (size, length) => {
        const alphabet = String.fromCharCode(...everyByte.subarray(0, size).map((byte) => byte))
        const text = randomString(alphabet, length, random)
        expect(text.length).toBe(length)
        expect([...text].every((one) => alphabet.includes(one))).toBe(true)
      }),
    )
  })

  test.each([1, 10, 31, 36, 62, 255, 256])('is exactly uniform over %d characters', (size) => {
    const alphabet = String.fromCharCode(...everyByte.subarray(0, size))
    const each = Math.floor(256 / size)
    const text = randomString(alphabet, each * size, () => everyByte)
    expect(new Set([...alphabet].map((one) => text.split(one).length - 1))).toEqual(new Set([each]))
  })

  test('is uniform over the characters', () => {
    const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
    const each = 2000
    const counts = new Map<string, number>()
    for (const one of randomString(alphabet, each * alphabet.length, random))
      counts.set(one, (counts.get(one) ?? 0) + 1)
    const chi = [...alphabet].reduce((sum, one) => sum + ((counts.get(one) ?? 0) - each) ** 2 / each, 0)
    // 35 degrees of freedom: above 100 once in fifty million runs.
    expect(chi).toBeLessThan(100)
  })
})

// Returns all pairs of bytes once, then nothing.
function pairsInOrder(): Random {
  let next = 0
  return () => (next < 65_536 ? Uint8Array.of(next >> 8, next++ & 255) : new Uint8Array())
}
