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
import type { Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { resolveServer } from './server.ts'
import { printShared, shareFlags, shareSecret } from './share.ts'

const range = ({ min, max }: { min: number; max: number }) => `${min} to ${max}`

/** The flags of `sotto generate`. */
export const generateFlags = {
  length: {
    value: 'NUMBER',
    sentence: `number of characters, ${range(passwordLength)} (default ${passwordLength.default})`,
  },
  classes: {
    value: 'LIST',
    sentence: `character classes, separated by commas (default ${characterClasses.join(',')})`,
  },
  words: { value: 'NUMBER', sentence: `number of words from the EFF list instead, ${range(wordCount)}` },
  'only-value': { sentence: 'print the value without sharing it' },
  ...shareFlags,
} as const

type GenerateInvocation = Invocation<typeof generateFlags>

/** `sotto generate`: prints a generated value and the link to it, one per line. The server never receives the value. */
export async function generate({ flags, env }: GenerateInvocation): Promise<number> {
  const { value, bits } = generateValue(flags)
  const extra = { value, bits: Math.floor(bits) }
  if (flags['only-value']) {
    print(flags.json ? `${JSON.stringify(extra)}\n` : `${value}\n`)
    return 0
  }
  const server = resolveServer({ flags, env })
  printShared(await shareSecret(server, new TextEncoder().encode(value), flags), flags, extra)
  return 0
}

function generateValue({ length, classes, words }: GenerateInvocation['flags']): GeneratedValue {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  if (words === undefined) return generatePassword(passwordOptions(length, classes), random)
  if (length !== undefined || classes !== undefined)
    throw new CommandError('invalid', 'use either --words, or --length and --classes')
  return generateWords({ words: parseNumber('--words', words, wordCount) }, random)
}

function passwordOptions(length: string | undefined, classes: string | undefined) {
  return {
    ...(length !== undefined && { length: parseNumber('--length', length, passwordLength) }),
    ...(classes !== undefined && { classes: parseClasses(classes) }),
  }
}

function parseNumber(flag: string, text: string, bounds: { min: number; max: number }): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= bounds.min && number <= bounds.max) return number
  throw new CommandError('invalid', `${flag}: expected a whole number from ${range(bounds)}`)
}

function parseClasses(text: string): CharacterClass[] {
  const classes = text.split(',').map((name) => name.trim())
  if (classes.every((name) => (characterClasses as readonly string[]).includes(name)))
    return classes as CharacterClass[]
  throw new CommandError('invalid', `--classes: expected any of ${characterClasses.join(',')}`)
}
