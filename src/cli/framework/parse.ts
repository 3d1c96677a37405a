import { parseArgs } from 'node:util'
import { options } from '../../config/config.ts'
import { closest } from '../../config/faults.ts'
import { fileOptionOf } from '../../config/option.ts'
import { CommandError } from '../../errors.ts'
import type { Call, Command, Flags } from './command.ts'

type Parsed = Pick<Call, 'given' | 'word' | 'rest'>

/** Reads the arguments of a command. Throws a CommandError that names flags and positions, never a word: it may be a secret. */
export function parse(command: Command, args: readonly string[]): Parsed {
  const { own, rest } = command.takesOptions ? divide(args, command) : { own: args, rest: [] }
  const tokens = tokensOf(own, command.flags)
  const refuse = (words: string): never => {
    throw new CommandError('invalid', `${words}; see: sotto ${command.name} --help`)
  }
  const given: Record<string, string | true> = {}
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const fault = faultOf(token, command.flags, given)
    if (fault) refuse(fault)
    given[token.name] = token.value ?? true
  }
  checkMeant(command, rest, refuse)
  return { given: given as Parsed['given'], word: wordOf(command, words, refuse), rest }
}

/** The word and the flags of the command itself, with their values, and all the others, which are the configuration's to judge. */
function divide(args: readonly string[], { flags, word }: Command): { own: string[]; rest: string[] } {
  const own: string[] = []
  const rest: string[] = []
  for (let index = 0; index < args.length; index++) {
    const [, name = '', joined] = /^--([\w-]+)(=.*)?$/s.exec(args[index] ?? '') ?? []
    const isOwn = name === '' ? word !== undefined : Object.hasOwn(flags, name)
    const part = args.slice(index, index + (joined === undefined && takesNext(name, args[index + 1], flags) ? 2 : 1))
    index += part.length - 1
    for (const one of part) (isOwn ? own : rest).push(one)
  }
  return { own, rest }
}

// An option of the server takes the word behind it, as the reader of the configuration does.
function takesNext(name: string, next: string | undefined, flags: Flags): boolean {
  if (name === '') return false
  return Object.hasOwn(flags, name) ? flags[name]?.value !== undefined : next?.startsWith('--') === false
}

function tokensOf(args: readonly string[], flags: Flags) {
  const known = Object.entries(flags).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  )
  const options = Object.fromEntries(known)
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function faultOf({ name, rawName, value, inlineValue }: OptionToken, flags: Flags, before: object): string | undefined {
  if (!rawName.startsWith('--') || !Object.hasOwn(flags, name)) return unknownFlag(rawName, Object.keys(flags))
  const flag = flags[name]
  if (Object.hasOwn(before, name)) return `${rawName} is there twice`
  if (flag?.value === undefined)
    return value === undefined ? undefined : `${rawName} takes no value${inAFile(name, flags)}`
  const isLacking = value === undefined || (!inlineValue && /^-./.test(value))
  return isLacking || value === '' ? `${rawName} needs a value: ${rawName} ${flag.value}` : undefined
}

function unknownFlag(flag: string, known: readonly string[]): string {
  const meant = closest(
    flag,
    known.map((name) => `--${name}`),
  )
  return meant === undefined ? `unknown option ${flag}` : `unknown option ${flag}; did you mean ${meant}?`
}

function inAFile(name: string, flags: Flags): string {
  const file = fileOptionOf(name)
  return Object.hasOwn(flags, file) ? `: others can read a command line; use --${file}` : ''
}

// A misspelt flag of the command would be reported as an unknown option of the server, which helps nobody.
function checkMeant({ flags }: Command, rest: readonly string[], refuse: (words: string) => never): void {
  const own = Object.keys(flags).map((name) => `--${name}`)
  const all = [...own, ...Object.keys(options).map((name) => `--${name}`)]
  for (const word of rest) {
    const [flag = ''] = word.split('=', 1)
    if (!flag.startsWith('--') || all.includes(flag)) continue
    if (own.includes(closest(flag, all) ?? '')) refuse(unknownFlag(flag, Object.keys(flags)))
  }
}

function wordOf({ word }: Command, words: readonly string[], refuse: (words: string) => never): string {
  const [first = '', ...others] = words
  const tooMany = word === undefined ? words : others
  if (tooMany.length > 0) return refuse('there is a word too many; nothing secret belongs into a command line')
  if (word === undefined) return ''
  if (first === '') return word.optional ? '' : refuse(`${word.name} is missing`)
  if (word.oneOf && !word.oneOf.includes(first)) return refuse(`expected one of: ${word.oneOf.join(', ')}`)
  return first
}
