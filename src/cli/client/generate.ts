import { CommandError } from '../../errors.ts'
import {
  type CharacterClass,
  characterClasses,
  type GeneratedValue,
  generatePassword,
  generateWords,
  passwordLength,
  wordCount,
} from '../../secrets/generate.ts'
import type { Call } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { serverOf } from './server.ts'
import { report, share, shareFlags } from './share.ts'

const range = ({ min, max }: { min: number; max: number }) => `${min} to ${max}`

/** The flags of `sotto generate`. */
export const generateFlags = {
  length: {
    value: 'NUMBER',
    sentence: `so many characters, ${range(passwordLength)}; ${passwordLength.default} if nothing is said`,
  },
  classes: { value: 'LIST', sentence: `of these, with commas: ${characterClasses.join(',')}` },
  words: { value: 'NUMBER', sentence: `so many words of the EFF list instead, ${range(wordCount)}` },
  'only-value': { sentence: 'print the value and make no secret of it' },
  ...shareFlags,
} as const

type GenerateCall = Call<typeof generateFlags>

/** `sotto generate`: the value and the link, a line each. The value is made here; the server never sees it. */
export async function generate({ given, env }: GenerateCall): Promise<number> {
  const { value, bits } = generated(given)
  const before = { value, bits: Math.floor(bits) }
  if (given['only-value']) {
    print(given.json ? `${JSON.stringify(before)}\n` : `${value}\n`)
    return 0
  }
  const server = serverOf({ given, env })
  report(await share(server, new TextEncoder().encode(value), given), given, before)
  return 0
}

function generated({ length, classes, words }: GenerateCall['given']): GeneratedValue {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  if (words === undefined) return generatePassword(passwordWish(length, classes), random)
  if (length !== undefined || classes !== undefined)
    throw new CommandError('invalid', 'either --words, or --length and --classes')
  return generateWords({ words: numberOf('--words', words, wordCount) }, random)
}

function passwordWish(length: string | undefined, classes: string | undefined) {
  return {
    ...(length !== undefined && { length: numberOf('--length', length, passwordLength) }),
    ...(classes !== undefined && { classes: classesOf(classes) }),
  }
}

function numberOf(flag: string, text: string, bounds: { min: number; max: number }): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= bounds.min && number <= bounds.max) return number
  throw new CommandError('invalid', `${flag}: expected a whole number from ${range(bounds)}`)
}

function classesOf(text: string): CharacterClass[] {
  const classes = text.split(',').map((name) => name.trim())
  if (classes.every((name) => (characterClasses as readonly string[]).includes(name)))
    return classes as CharacterClass[]
  throw new CommandError('invalid', `--classes: expected some of ${characterClasses.join(',')}`)
}
