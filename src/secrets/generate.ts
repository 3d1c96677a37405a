import { type Random, randomIndex } from '../crypto/random.ts'
import list from './words.txt' with { type: 'text' }

/** What was made, and how many bits a guesser faces who knows everything but the bytes of `Random`. */
export type GeneratedValue = { value: string; bits: number }

/**
 * The characters of a password, without those that look alike on paper or on a screen:
 * 0 O o, 1 l I |, 2 Z, 5 S and 8 B, of which only the digits 2, 5 and 8 are left.
 *
 * The symbols mean nothing in the middle of a word to the usual shells, to the user part and the path of a URL, to CSV,
 * YAML and .env files. One needs care: `+` reads as a space in a query or a form that was not encoded.
 */
export const characters = {
  lowercase: 'abcdefghijkmnpqrstuvwxyz',
  uppercase: 'ACDEFGHJKLMNPQRTUVWXY',
  digits: '23456789',
  symbols: '-_.:+=',
} as const
export type CharacterClass = keyof typeof characters

/** Every class there is, which is also what a password is made of if nobody asks for less. */
export const characterClasses = Object.keys(characters) as readonly CharacterClass[]

/** How many characters a password may have. */
export const passwordLength = { min: 8, default: 20, max: 256 } as const

/** How many words a passphrase may have. */
export const wordCount = { min: 3, default: 6, max: 20 } as const

// Any white space separates, because a checkout on Windows may have changed the line ends.
const words = list.trim().split(/\s+/)

/**
 * A password with at least one character of each class. It begins and ends with a letter or a digit, unless only
 * symbols were asked for: a leading `-` is an option to a shell, a leading `=` a formula to a spreadsheet,
 * and a full stop at the end is lost in a sentence.
 *
 * All passwords that fit the wish are equally likely, and `bits` is the logarithm of their exact number, rounded only
 * to a double. Throws RangeError for a wish out of bounds: callers validate first.
 */
export function generatePassword(
  wish: { length?: number; classes?: readonly CharacterClass[] },
  random: Random,
): GeneratedValue {
  const { length = passwordLength.default, classes = characterClasses } = wish
  checkCount('length', length, passwordLength)
  checkClasses(classes)
  const asked = [...new Set(classes)]
  const bits = log2(countPasswords(length, asked))
  for (;;) {
    const value = candidate(length, asked, random)
    // Only whole candidates are refused: to repair one, by adding what it lacks, would make some more likely than others.
    if (asked.every((name) => hasAny(value, characters[name]))) return { value, bits }
  }
}

/**
 * A passphrase of words from the EFF Large Wordlist (see NOTICE). No word of the list begins another one, so different
 * draws give different passphrases under any separator, even an empty one, and `bits` is exact.
 * Throws RangeError for a number of words out of bounds: callers validate first.
 */
export function generateWords(wish: { words?: number; separator?: string }, random: Random): GeneratedValue {
  const { words: count = wordCount.default, separator = '-' } = wish
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

// Inclusion and exclusion: all candidates, less those that lack a class, plus those that lack two, and so on.
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

// The number may exceed what a double can hold, its leading 53 bits never do.
function log2(count: bigint): number {
  const dropped = Math.max(0, count.toString(2).length - 53)
  return Math.log2(Number(count >> BigInt(dropped))) + dropped
}

function pick(choices: ArrayLike<string>, random: Random): string {
  return choices[randomIndex(choices.length, random)] as string
}
