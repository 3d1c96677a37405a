import { parseArgs } from 'node:util'
import { closest } from '../../config/closest.ts'
import { fileOptionOf } from '../../config/option.ts'
import { options } from '../../config/options.ts'
import { CommandError } from '../../errors.ts'
import type { Command, Flags, Invocation } from './command.ts'

type Parsed = Pick<Invocation, 'flags' | 'positional' | 'serverArgs'>

/** Parses the arguments of a command. Throws a CommandError, which never quotes an argument: it may be a secret. */
export function parse(command: Command, args: readonly string[]): Parsed {
  const { commandArgs, serverArgs } = command.takesServerOptions
    ? splitArgs(args, command)
    : { commandArgs: args, serverArgs: [] }
  const tokens = tokenize(commandArgs, command.flags)
  const refuse = (problem: string): never => {
    throw new CommandError('invalid', `${problem}; see: sotto ${command.name} --help`)
  }
  const values: Record<string, string | true> = {}
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const problem = problemWith(token, command.flags, values)
    if (problem) refuse(problem)
    values[token.name] = token.value ?? true
  }
  refuseMisspeltFlags(command, serverArgs, refuse)
  return { flags: values as Parsed['flags'], positional: readPositional(command, positionals, refuse), serverArgs }
}

/** Separates the positional argument and flags of the command, with their values, from the options of the server. */
function splitArgs(args: readonly string[], { flags, positional }: Command) {
  const commandArgs: string[] = []
  const serverArgs: string[] = []
  for (let index = 0; index < args.length; index++) {
    const [, name = '', joined] = /^--([\w-]+)(=.*)?$/s.exec(args[index] ?? '') ?? []
    const isOfCommand = name === '' ? positional !== undefined : Object.hasOwn(flags, name)
    const hasNext = joined === undefined && takesNext(name, args[index + 1], flags)
    const target = isOfCommand ? commandArgs : serverArgs
    target.push(...args.slice(index, index + (hasNext ? 2 : 1)))
    if (hasNext) index++
  }
  return { commandArgs, serverArgs }
}

// For a server option, the same rule as in config/flags.ts: the next argument is its value unless it is a flag.
function takesNext(name: string, next: string | undefined, flags: Flags): boolean {
  if (name === '') return false
  return Object.hasOwn(flags, name) ? flags[name]?.value !== undefined : next?.startsWith('--') === false
}

function tokenize(args: readonly string[], flags: Flags) {
  const types = Object.entries(flags).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  )
  const options = Object.fromEntries(types)
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function problemWith(
  { name, rawName, value, inlineValue }: OptionToken,
  flags: Flags,
  earlier: object,
): string | undefined {
  if (!rawName.startsWith('--') || !Object.hasOwn(flags, name)) return unknownFlag(rawName, Object.keys(flags))
  const flag = flags[name]
  if (Object.hasOwn(earlier, name)) return `${rawName} is given twice`
  if (flag?.value === undefined)
    return value === undefined ? undefined : `${rawName} takes no value${fileFlagHint(name, flags)}`
  const isMissing = value === undefined || (!inlineValue && /^-./.test(value))
  return isMissing || value === '' ? `${rawName} needs a value: ${rawName} ${flag.value}` : undefined
}

function unknownFlag(flag: string, knownNames: readonly string[]): string {
  const suggestion = closest(
    flag,
    knownNames.map((name) => `--${name}`),
  )
  return suggestion === undefined ? `unknown option ${flag}` : `unknown option ${flag}; did you mean ${suggestion}?`
}

function fileFlagHint(name: string, flags: Flags): string {
  const file = fileOptionOf(name)
  return Object.hasOwn(flags, file) ? `, because other users can see the command line; use --${file}` : ''
}

// Otherwise the configuration reader would report a misspelt flag of the command as an unknown server option.
function refuseMisspeltFlags(
  { flags }: Command,
  serverArgs: readonly string[],
  refuse: (problem: string) => never,
): void {
  const commandFlags = Object.keys(flags).map((name) => `--${name}`)
  const allFlags = [...commandFlags, ...Object.keys(options).map((name) => `--${name}`)]
  for (const arg of serverArgs) {
    const [flag = ''] = arg.split('=', 1)
    if (!flag.startsWith('--') || allFlags.includes(flag)) continue
    if (commandFlags.includes(closest(flag, allFlags) ?? '')) refuse(unknownFlag(flag, Object.keys(flags)))
  }
}

function readPositional(
  { positional }: Command,
  values: readonly string[],
  refuse: (problem: string) => never,
): string {
  const [first = '', ...others] = values
  const excess = positional === undefined ? values : others
  if (excess.length > 0) return refuse('too many arguments; do not put secrets on the command line')
  if (positional === undefined) return ''
  if (first === '') return positional.optional ? '' : refuse(`${positional.name} is missing`)
  if (positional.choices && !positional.choices.includes(first))
    return refuse(`expected one of: ${positional.choices.join(', ')}`)
  return first
}
