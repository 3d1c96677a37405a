import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatDuration, formatSize, parseDuration, parseSize } from '../../src/config/units.ts'

describe('a duration', () => {
  test.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['36h', 129_600],
    ['7d', 604_800],
    ['2w', 1_209_600],
    [90, 90],
  ])('%p is %i seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds * 1000))

  test.each(['7d', '36h', '15m', '90s', '0s', '14d'])('%s is formatted as it is parsed', (text) => {
    expect(formatDuration(parseDuration(text) ?? -1)).toBe(text)
  })

  test('is parsed from its formatted text, for every whole second', () => {
    const anySeconds = fc.oneof(
      fc.nat(),
      fc.nat(10_000).map((days) => days * 86_400),
    )
    fc.assert(fc.property(anySeconds, (s) => expect(parseDuration(formatDuration(s * 1000))).toBe(s * 1000)))
  })

  test('consists of digits and a unit only', () => {
    const anyText = fc.string().filter((text) => !/^\s*\d+[smhdw]?\s*$/.test(text))
    fc.assert(fc.property(anyText, (text) => expect(parseDuration(text)).toBeUndefined()))
    for (const number of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300])
      expect(parseDuration(number)).toBeUndefined()
    expect(parseDuration('9'.repeat(30))).toBeUndefined()
  })
})

describe('a size', () => {
  test.each([
    ['10MB', 10_000_000],
    ['10MiB', 10_485_760],
    ['100kb', 100_000],
    ['1KIB', 1024],
    ['5B', 5],
    ['5', 5],
    [5, 5],
    ['1GB', 1e9],
    ['1GiB', 2 ** 30],
  ])('%p is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  test.each(['10MB', '10MiB', '100KB', '123B', '0B'])('%s is formatted as it is parsed', (text) => {
    expect(formatSize(parseSize(text) ?? -1)).toBe(text)
  })

  test('is parsed from its formatted text, for every number of bytes', () => {
    const rounded = fc.tuple(fc.nat(5000), fc.constantFrom(1, 1e3, 1e6, 1e9, 2 ** 10, 2 ** 20, 2 ** 30))
    const anyBytes = fc.oneof(
      fc.maxSafeNat(),
      rounded.map(([count, unit]) => count * unit),
    )
    fc.assert(fc.property(anyBytes, (bytes) => expect(parseSize(formatSize(bytes))).toBe(bytes)))
  })

  test.each(['10M', '1.5MB', '10 MB', 'MB', '-1', '', '99999999999GB'])('%s is not a size', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })
})
