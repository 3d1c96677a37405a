import { expect, test } from 'bun:test'
import { isKey, newKey } from '../../src/secrets/key.ts'

test('a key has 31 letters and digits, each as likely as any other', () => {
  const seen = new Map<string, number>()
  for (let drawn = 0; drawn < 4000; drawn += 1) {
    const key = newKey((bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
    expect(isKey(key)).toBe(true)
    for (const letter of key) seen.set(letter, (seen.get(letter) ?? 0) + 1)
  }
  const each = (4000 * 31) / 36
  expect(seen.size).toBe(36)
  for (const count of seen.values()) expect(Math.abs(count - each) / Math.sqrt(each)).toBeLessThan(6)
})

test('a byte that would make some letters likelier is drawn again', () => {
  const draws = [[252, 253, 254, 255], [35], [0]]
  const key = newKey((bytes) => {
    const [cycle = [0]] = draws.splice(0, 1)
    return Uint8Array.from({ length: bytes }, (_, index) => cycle[index % cycle.length] ?? 0)
  })
  expect(key).toBe('9'.repeat(31))
})

test('what is no key is seen as none', () => {
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
