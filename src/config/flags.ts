import { fileOptionOf, type Options } from './option.ts'
import { type ConfigProblem, hidden, unknownName } from './problems.ts'
import { type Setting, type SourceResult, settableNames } from './setting.ts'

interface Argument {
  readonly position: number
  /** Empty if the argument is not a flag. */
  readonly name: string
  readonly value: string | undefined
}

/** Reads `--name value`, `--name=value`, and `--name` alone for a boolean. */
export function readFlags(args: readonly string[], options: Options): SourceResult {
  const parsed = parseArguments(args)
  const problems = parsed.map((argument, index) => problemWith(argument, parsed.slice(0, index), options))
  return {
    settings: parsed.filter((_, index) => problems[index] === undefined).map(settingOf),
    problems: problems.filter((problem) => problem !== undefined),
  }
}

/** Pairs each flag with its value. An unknown flag takes one too, so that its value is not reported as well. */
function parseArguments(args: readonly string[]): Argument[] {
  const parsed: Argument[] = []
  for (let position = 0; position < args.length; position++) {
    const [, name = '', joined] = /^--([\w-]+)(?:=(.*))?$/s.exec(args[position] ?? '') ?? []
    const next = args[position + 1]
    const takesNext = name !== '' && joined === undefined && next?.startsWith('--') === false
    parsed.push({ position: position + 1, name, value: takesNext ? next : joined })
    if (takesNext) position++
  }
  return parsed
}

function problemWith(
  { name, value, position }: Argument,
  earlier: readonly Argument[],
  options: Options,
): ConfigProblem | undefined {
  if (name === '') return strayArgument(position)
  if (isSecret(name, options)) return secretOnTheCommandLine(name)
  const where = `--${name}`
  const knownFlags = flagsOf(options)
  if (!knownFlags.includes(where)) return unknownName(where, where, knownFlags)
  const example = `${where} ${exampleOf(name, options)}`
  if (earlier.some((other) => other.name === name)) return { where, received: 'it twice', expected: 'it once', example }
  const isMissing = value === undefined && !isBoolean(name, options)
  return isMissing ? { where, received: 'nothing', expected: 'a value', example } : undefined
}

// The argument is not shown: it may be a secret.
function strayArgument(position: number): ConfigProblem {
  return { where: `argument ${position}`, received: hidden, expected: 'an option', example: '--listen :8080' }
}

function secretOnTheCommandLine(name: string): ConfigProblem {
  const file = `--${fileOptionOf(name)}`
  const hint = 'other users of this machine can see the command line'
  return { where: `--${name}`, received: hidden, expected: `${file} PATH`, example: `${file} /etc/sotto/${name}`, hint }
}

function settingOf({ name, value }: Argument): Setting {
  return { name, raw: value ?? true, where: `--${name}`, source: 'flag' }
}

function flagsOf(options: Options): string[] {
  const names = settableNames(options).filter((name) => !isSecret(name, options))
  return names.map((name) => `--${name}`)
}

function isSecret(name: string, options: Options): boolean {
  return Object.hasOwn(options, name) && options[name]?.secret === true
}

function isBoolean(name: string, options: Options): boolean {
  return options[name]?.type.name === 'boolean'
}

function exampleOf(name: string, options: Options): string {
  return options[name]?.type.example ?? `/etc/sotto/${name.replace(/-file$/, '')}`
}
