import { type Random, randomIndex } from '../crypto/random.ts'
import list from './words.txt' with { type: 'text' }

/** A generated value and its entropy in bits, for an attacker who knows everything but the random bytes. */
export type GeneratedValue = { value: string; bits: number }

/**
 * The characters of a password, by class. Characters that look alike are left out: 0 O o, 1 l I |, Z, S and B.
 *
 * The symbols need no quoting inside a word in the usual shells, in the user part and the path of a URL, in CSV, YAML and
 * .env files. One exception: `+` is read as a space in a query or a form that was not encoded.
 */
export const characters = {
  lowercase: 'abcdefghijkmnpqrstuvwxyz',
  uppercase: 'ACDEFGHJKLMNPQRTUVWXY',
  digits: '23456789',
  symbols: '-_.:+=',
} as const
/** The name of a class of characters. */
export type CharacterClass = keyof typeof characters

/** Every class, which is also the default. */
export const characterClasses = Object.keys(characters) as readonly CharacterClass[]

/** The range of a password's length, in characters. */
export const passwordLength = { min: 8, default: 20, max: 256 } as const

/** The range of a passphrase's length, in words. */
export const wordCount = { min: 3, default: 6, max: 20 } as const

// Split on any white space: a checkout on Windows may have changed the line ends.
const words = list.trim().split(/\s+/)

/**
 * Generates a password with at least one character of each class. It begins and ends with a letter or a digit, unless
 * the only class is symbols: a leading `-` is an option to a shell, a leading `=` a formula to a spreadsheet, and a full
 * stop at the end is lost in a sentence.
 *
 * All passwords that match the input are equally likely, and `bits` is the logarithm of their exact number, rounded to a
 * double. Throws RangeError if the input is out of bounds: callers validate first.
 */
export function generatePassword(
  input: { length?: number; classes?: readonly CharacterClass[] },
  random: Random,
): GeneratedValue {
  const { length = passwordLength.default, classes = characterClasses } = input
  checkCount('length', length, passwordLength)
  checkClasses(classes)
  const requested = [...new Set(classes)]
  const bits = log2(countPasswords(length, requested))
  for (;;) {
    const value = candidate(length, requested, random)
    // Rejection sampling: repairing a candidate would make some passwords more likely than others.
    if (requested.every((name) => hasAny(value, characters[name]))) return { value, bits }
  }
}

/**
 * Generates a passphrase of words from the EFF Large Wordlist (see NOTICE). No word of the list begins another one, so
 * different draws give different passphrases with any separator, even an empty one, and `bits` is exact.
 * Throws RangeError if the number of words is out of bounds: callers validate first.
 */
export function generateWords(input: { words?: number; separator?: string }, random: Random): GeneratedValue {
  const { words: count = wordCount.default, separator = '-' } = input
  checkCount('words', count, wordCount)
  const drawn = Array.from({ length: count }, () => pick(words, random))
  return { value: drawn.join(separator), bits: count * Math.log2(words.length) }
}

function checkCount(name: string, count: number, { min, max }: { min: number; max: number }): void {
  if (!Number.isInteger(count) || count < min || count > max) {
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}`)
  }
}

function checkClasses(classes: readonly string[]): void {
  if (classes.length === 0 || !classes.every((name) => Object.hasOwn(characters, name))) {
    throw new RangeError(`classes must be some of ${characterClasses.join(', ')}`)
  }
}

function candidate(length: number, classes: readonly CharacterClass[], random: Random): string {
  const { inside, ends } = alphabets(classes)
  const isEnd = (position: number) => position === 0 || position === length - 1
  return Array.from({ length }, (_, position) => pick(isEnd(position) ? ends : inside, random)).join('')
}

function alphabets(classes: readonly CharacterClass[]): { inside: string; ends: string } {
  const all = (names: readonly CharacterClass[]) => names.map((name) => characters[name]).join('')
  const inside = all(classes)
  return { inside, ends: all(classes.filter((name) => name !== 'symbols')) || inside }
}

// Inclusion-exclusion: all candidates, minus those that lack a class, plus those that lack two, and so on.
function countPasswords(length: number, classes: readonly CharacterClass[]): bigint {
  const { inside, ends } = alphabets(classes)
  return subsets(classes).reduce((sum, lacking) => {
    const left = (alphabet: string) => BigInt([...alphabet].filter((one) => !isOf(one, lacking)).length)
    const count = left(ends) ** 2n * left(inside) ** BigInt(length - 2)
    return lacking.length % 2 === 0 ? sum + count : sum - count
  }, 0n)
}

function subsets<Item>([first, ...rest]: readonly Item[]): Item[][] {
  if (first === undefined) return [[]]
  const without = subsets(rest)
  return [...without, ...without.map((subset) => [first, ...subset])]
}

function isOf(character: string, classes: readonly CharacterClass[]): boolean {
  return classes.some((name) => characters[name].includes(character))
}

function hasAny(value: string, alphabet: string): boolean {
  return [...value].some((one) => alphabet.includes(one))
}

// The count may exceed the range of a double; its leading 53 bits suffice.
function log2(count: bigint): number {
  const dropped = Math.max(0, count.toString(2).length - 53)
  return Math.log2(Number(count >> BigInt(dropped))) + dropped
}

function pick(choices: ArrayLike<string>, random: Random): string {
  return choices[randomIndex(choices.length, random)] as string
}
