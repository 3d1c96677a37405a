import { parseArgs } from 'node:util'
import { closest } from '../config/faults.ts'
import { fileOptionOf } from '../config/option.ts'
import { options } from '../config.ts'
import { CommandError } from '../errors.ts'
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

/**
 * Flags of the command itself, with their values, and all the others, which are the configuration's to judge. The
 * command's word stands before them, for only the configuration knows which of its options take a value.
 */
function divide(all: readonly string[], { word, flags }: Command): { own: string[]; rest: string[] } {
  const isWord = word !== undefined && all[0] !== undefined && !all[0].startsWith('-')
  const own: string[] = isWord ? all.slice(0, 1) : []
  const args = all.slice(own.length)
  const rest: string[] = []
  for (let index = 0; index < args.length; index++) {
    const [, name = '', joined] = /^--([\w-]+)(=.*)?$/s.exec(args[index] ?? '') ?? []
    const isOwn = Object.hasOwn(flags, name)
    const takesNext = isOwn && flags[name]?.value !== undefined && joined === undefined
    const part = args.slice(index, index + (takesNext ? 2 : 1))
    if (takesNext) index++
    for (const word of part) (isOwn ? own : rest).push(word)
  }
  return { own, rest }
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
