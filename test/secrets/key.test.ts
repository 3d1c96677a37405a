import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { toRootKey } from '../../src/crypto/sealing.ts'
import { createKey, idOf, isKey } from '../../src/secrets/key.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const root = toRootKey(random(32))

test('a key has 31 letters and digits, uniformly distributed', () => {
  const seen = new Map<string, number>()
  for (let drawn = 0; drawn < 4000; drawn += 1) {
    const key = createKey(random, root, drawn)
    expect(isKey(key)).toBe(true)
    for (const letter of key) seen.set(letter, (seen.get(letter) ?? 0) + 1)
  }
  const each = (4000 * 31) / 36
  expect(seen.size).toBe(36)
  for (const count of seen.values()) expect(Math.abs(count - each) / Math.sqrt(each)).toBeLessThan(6)
})

test('a byte that would bias the letters is rejected', () => {
  const draws = [[252, 253, 254, 255], [35], [0]]
  const given = (bytes: number) => {
    const [cycle = [0]] = draws.splice(0, 1)
    return Uint8Array.from({ length: bytes }, (_, index) => cycle[index % cycle.length] ?? 0)
  }
  expect(createKey(given, root, 0).slice(10)).toBe('9'.repeat(21))
})

test('a key contains its row id, readable only with the root key', () => {
  const other = toRootKey(random(32))
  fc.assert(
    fc.property(fc.nat({ max: 36 ** 10 - 1 }), (id) => {
      const key = createKey(random, root, id)
      expect(idOf(key, root)).toBe(id)
      expect(idOf(key, other)).not.toBe(id)
    }),
  )
})

test('keys of neighbouring rows have nothing visible in common', () => {
  const keys = Array.from({ length: 500 }, (_, row) => createKey(random, root, 7_000_000 + row))
  const heads = keys.map((key) => Number.parseInt(key.slice(0, 10), 36))
  expect(new Set(heads).size).toBe(500)
  const rising = heads.filter((head, index) => head > (heads[index - 1] ?? Infinity)).length
  expect(rising).toBeGreaterThan(180)
  expect(rising).toBeLessThan(320)
})

test('other texts are not keys', () => {
  for (const text of [
    '',
    'a'.repeat(30),
    'a'.repeat(32),
    `${'a'.repeat(30)}A`,
    `${'a'.repeat(30)}é`,
    `${'a'.repeat(31)}\n`,
  ]) {
    expect(isKey(text)).toBe(false)
  }
})
