import { describe, expect, test } from 'bun:test'
import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import {
  type CharacterClass,
  characterClasses,
  characters,
  generatePassword,
  generateWords,
  passwordLength,
  wordCount,
} from '../../src/secrets/generate'
import list from '../../src/secrets/words.txt' with { type: 'text' }

const words = list.trim().split(/\s+/)
const anyRandom = fc.integer().map(seeded)
const anyLength = fc.integer({ min: passwordLength.min, max: passwordLength.max })
const anyClasses = fc.subarray([...characterClasses], { minLength: 1 })

describe('a generated password', () => {
  test('has exactly the requested length and classes', () => {
    fc.assert(
      fc.property(anyLength, anyClasses, anyRandom, (length, classes, random) => {
        const { value } = generatePassword({ length, classes }, random)
        expect(value).toHaveLength(length)
        expect(new Set([...value].map(classOf))).toEqual(new Set(classes))
      }),
    )
  })

  test('has 20 characters of all four classes by default', () => {
    const { value, bits } = generatePassword({}, seeded(1))
    expect(value).toHaveLength(20)
    expect(new Set([...value].map(classOf)).size).toBe(4)
    expect(bits).toBeGreaterThan(110)
  })

  test('has no characters that look alike', () => {
    const alike = ['0Oo', '1lI|', '2Z', '5S', '8B']
    const offered = Object.values(characters).join('')
    for (const group of alike) expect([...group].filter((one) => offered.includes(one)).length).toBeLessThan(2)
    fc.assert(
      fc.property(anyLength, anyClasses, anyRandom, (length, classes, random) => {
        expect(generatePassword({ length, classes }, random).value).not.toMatch(/[0Oo1lI|ZSB]/)
      }),
    )
  })

  test('does not begin or end with a symbol', () => {
    const withMoreThanSymbols = anyClasses.filter((classes) => classes.join() !== 'symbols')
    fc.assert(
      fc.property(anyLength, withMoreThanSymbols, anyRandom, (length, classes, random) => {
        expect(generatePassword({ length, classes }, random).value).toMatch(/^[a-z\d].*[a-z\d]$/i)
      }),
    )
  })

  test('needs no quoting in a shell, a URL and a CSV file', async () => {
    const value = `a${characters.symbols}b`
    expect(await new Response(Bun.spawn(['sh', '-c', `printf %s ${value}`]).stdout).text()).toBe(value)
    const { password, pathname } = new URL(`https://user:${value}@host/${value}`)
    expect([decodeURIComponent(password), pathname]).toEqual([value, `/${value}`])
    expect(value).not.toMatch(/[\s,;"']/)
  })

  test('can have symbols only', () => {
    expect(generatePassword({ length: 8, classes: ['symbols'] }, seeded(1)).value).toMatch(/^[-_.:+=]{8}$/)
  })

  test('has the same distribution if a class is named twice', () => {
    const once = generatePassword({ classes: ['digits', 'lowercase'] }, seeded(1))
    expect(generatePassword({ classes: ['digits', 'lowercase', 'digits'] }, seeded(1))).toEqual(once)
  })
})

describe('the distribution of passwords', () => {
  test('is uniform over the characters of a class', () => {
    const random = seeded(20)
    const drawn = Array.from({ length: 5000 }, () => generatePassword({}, random).value).join('')
    for (const alphabet of Object.values(characters)) {
      const seen = [...alphabet].map((one) => drawn.split(one).length - 1)
      const each = total(seen) / alphabet.length
      expectFit(
        seen,
        seen.map(() => each),
      )
    }
  })

  test('is uniform over mixtures of classes, though each class is required', () => {
    const random = seeded(21)
    const length = 8
    const weights = digitsAndLowercase(length)
    const seen = weights.map(() => 0)
    for (let drawn = 0; drawn < 20_000; drawn += 1) {
      const { value } = generatePassword({ length, classes: ['digits', 'lowercase'] }, random)
      const digits = [...value].filter((one) => classOf(one) === 'digits').length
      seen[digits - 1] = (seen[digits - 1] ?? 0) + 1
    }
    expectFit(
      seen,
      weights.map((weight) => (20_000 * weight) / total(weights)),
    )
  })

  test('has its exact entropy in bits', () => {
    const bits = (length: number, ...classes: CharacterClass[]) => generatePassword({ length, classes }, seeded(1)).bits
    expect(bits(8, 'digits')).toBe(24)
    expect(bits(256, 'digits')).toBe(768)
    expect(bits(8, 'symbols')).toBeCloseTo(8 * Math.log2(6), 12)
    expect(bits(8, 'digits', 'lowercase')).toBeCloseTo(Math.log2(total(digitsAndLowercase(8))), 12)
    expect(bits(8, 'digits', 'symbols')).toBeCloseTo(Math.log2(8 ** 2 * (14 ** 6 - 8 ** 6)), 12)
  })

  test('has more bits with each character and each class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 255 }), anyClasses, anyRandom, (length, classes, random) => {
        const { bits } = generatePassword({ length, classes }, random)
        expect(generatePassword({ length: length + 1, classes }, random).bits).toBeGreaterThan(bits)
        expect(bits).toBeLessThanOrEqual(length * Math.log2(59))
      }),
    )
  })
})

describe('a generated passphrase', () => {
  test('is six words of the list joined by hyphens by default', () => {
    const { value, bits } = generateWords({}, seeded(2))
    expect(split(value, '-')).toHaveLength(6)
    expect(bits).toBeCloseTo(77.55, 2)
  })

  test('has exactly the requested number of words, with any separator', () => {
    const anyCount = fc.integer({ min: wordCount.min, max: wordCount.max })
    fc.assert(
      fc.property(anyCount, fc.constantFrom('-', ' ', '.', '', 'and'), anyRandom, (count, separator, random) => {
        const { value, bits } = generateWords({ words: count, separator }, random)
        expect(split(value, separator)).toHaveLength(count)
        expect(bits).toBeCloseTo(count * Math.log2(7776), 10)
      }),
    )
  })

  test('is uniform: of all pairs of bytes, equally many select each word', () => {
    // Counts down, so that the rejected pairs come first.
    let left = 65536
    const everyPairOnce = () => {
      left -= 1
      return Uint8Array.of(left >> 8, left & 255)
    }
    const seen = new Map<string, number>()
    while (left > 0) {
      for (const word of generateWords({ words: 4, separator: ' ' }, everyPairOnce).value.split(' ')) {
        seen.set(word, (seen.get(word) ?? 0) + 1)
      }
    }
    expect(seen.size).toBe(words.length)
    expect(new Set(seen.values())).toEqual(new Set([8]))
  })
})

describe('an input out of bounds', () => {
  test('throws for a password', () => {
    for (const length of [7, 257, 8.5, -20, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => generatePassword({ length }, seeded(1))).toThrow(RangeError)
    }
    expect(() => generatePassword({ classes: [] }, seeded(1))).toThrow(RangeError)
    expect(() => generatePassword({ classes: ['toString' as CharacterClass] }, seeded(1))).toThrow(RangeError)
  })

  test('throws for words', () => {
    for (const count of [2, 21, 3.5, Number.NaN]) {
      expect(() => generateWords({ words: count }, seeded(1))).toThrow(RangeError)
    }
  })

  test('does not throw at the bounds', () => {
    for (const length of [8, 256]) expect(generatePassword({ length }, seeded(1)).value).toHaveLength(length)
    for (const count of [3, 20]) {
      expect(split(generateWords({ words: count }, seeded(1)).value, '-')).toHaveLength(count)
    }
  })
})

test('throws if the random source returns too few bytes', () => {
  const stingy = () => new Uint8Array(8).subarray(0, 1)
  expect(() => generateWords({}, stingy)).toThrow(RangeError)
  expect(() => generatePassword({}, stingy)).toThrow(RangeError)
})

describe('the word list', () => {
  test('is the EFF Large Wordlist: 7,776 different words from abacus to zoom, in order', () => {
    expect(words).toHaveLength(6 ** 5)
    expect(new Set(words).size).toBe(6 ** 5)
    expect([words[0], words.at(-1)]).toEqual(['abacus', 'zoom'])
    expect(Bun.SHA256.hash(`${words.join('\n')}\n`, 'hex')).toBe(
      '6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522',
    )
  })

  test('has no word that is a prefix of another, so joined words are unambiguous', () => {
    const sorted = words.toSorted()
    expect(sorted.filter((word, index) => sorted[index + 1]?.startsWith(word))).toEqual([])
  })

  test('is credited in NOTICE with its author, its source and its licence', async () => {
    const notice = await Bun.file(new URL('../../NOTICE', import.meta.url)).text()
    expect(notice).toContain('EFF Large Wordlist')
    expect(notice).toContain('Electronic Frontier Foundation (Joseph Bonneau)')
    expect(notice).toContain('https://www.eff.org/dice')
    expect(notice).toContain('CC BY 3.0 US')
    expect(notice).toContain('https://creativecommons.org/licenses/by/3.0/us/')
  })
})

/** Returns the same bytes for the same seed (the key stream of a cipher), so that statistical tests cannot fail by chance. */
function seeded(seed: number): (bytes: number) => Uint8Array {
  const key = new Bun.CryptoHasher('sha256').update(String(seed)).digest()
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16))
  return (bytes) => stream.update(new Uint8Array(bytes))
}

/** Pearson's chi-squared test, five standard deviations wide. The source is seeded, so the result never changes. */
function expectFit(seen: number[], expected: number[]): void {
  const distance = total(seen.map((count, index) => (count - (expected[index] ?? 0)) ** 2 / (expected[index] ?? 0)))
  const freedom = seen.length - 1
  expect(distance).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom))
}

/** Returns how many passwords have 1, 2, … length - 1 digits, the rest being lowercase. */
function digitsAndLowercase(length: number): number[] {
  return Array.from({ length: length - 1 }, (_, index) => {
    const digits = index + 1
    return choose(length, digits) * 8 ** digits * 24 ** (length - digits)
  })
}

function choose(from: number, taken: number): number {
  return taken === 0 ? 1 : (choose(from - 1, taken - 1) * from) / taken
}

function classOf(character: string): CharacterClass | undefined {
  return characterClasses.find((name) => characters[name].includes(character))
}

/** Splits a text into words: there is only one way, because no word is a prefix of another. */
function split(value: string, separator: string): string[] {
  const found: string[] = []
  for (let rest = value; rest; ) {
    const word = words.find((one) => rest.startsWith(one))
    if (!word) throw new Error('not made of words of the list')
    found.push(word)
    rest = rest.slice(word.length)
    if (rest && !rest.startsWith(separator)) throw new Error('not joined by the separator')
    rest = rest.slice(separator.length)
  }
  return found
}

function total(numbers: number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}
