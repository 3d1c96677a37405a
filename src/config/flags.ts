import { type Fault, hidden, unknownName } from './faults.ts'
import { fileOptionOf, type Options } from './option.ts'
import { type Reading, type Setting, settableNames } from './setting.ts'

interface Argument {
  readonly position: number
  /** Empty if the argument does not begin with a flag. */
  readonly name: string
  readonly value: string | undefined
}

/** Reads `--name value`, `--name=value`, and a bare `--name` for a boolean. There is nothing else to read. */
export function readFlags(args: readonly string[], options: Options): Reading {
  const words = argumentsOf(args)
  const faults = words.map((word, index) => faultOf(word, words.slice(0, index), options))
  return {
    settings: words.filter((_, index) => faults[index] === undefined).map(settingOf),
    faults: faults.filter((fault) => fault !== undefined),
  }
}

/** Pairs each flag with its value. An unknown flag takes one too, so that a fault does not breed another. */
function argumentsOf(args: readonly string[]): Argument[] {
  const found: Argument[] = []
  for (let position = 0; position < args.length; position++) {
    const [, name = '', joined] = /^--([\w-]+)(?:=(.*))?$/s.exec(args[position] ?? '') ?? []
    const next = args[position + 1]
    const apart = name !== '' && joined === undefined && next?.startsWith('--') === false
    found.push({ position: position + 1, name, value: apart ? next : joined })
    if (apart) position++
  }
  return found
}

function faultOf(
  { name, value, position }: Argument,
  before: readonly Argument[],
  options: Options,
): Fault | undefined {
  if (name === '') return strayWord(position)
  if (isSecret(name, options)) return secretOnTheCommandLine(name)
  const where = `--${name}`
  const known = flagsOf(options)
  if (!known.includes(where)) return unknownName(where, where, known)
  const example = `${where} ${exampleOf(name, options)}`
  if (before.some((earlier) => earlier.name === name))
    return { where, read: 'it once more', expected: 'it once', example }
  const isLacking = value === undefined && !isBoolean(name, options)
  return isLacking ? { where, read: 'nothing', expected: 'a value', example } : undefined
}

// The word stays unseen: it may be the secret that somebody put after a space.
function strayWord(position: number): Fault {
  return { where: `argument ${position}`, read: hidden, expected: 'an option', example: '--listen :8080' }
}

function secretOnTheCommandLine(name: string): Fault {
  const file = `--${fileOptionOf(name)}`
  const hint = 'other users of this machine can read a command line'
  return { where: `--${name}`, read: hidden, expected: `${file} PATH`, example: `${file} /etc/sotto/${name}`, hint }
}

function settingOf({ name, value }: Argument): Setting {
  return { name, raw: value ?? true, where: `--${name}`, origin: 'flag' }
}

function flagsOf(options: Options): string[] {
  const names = settableNames(options).filter((name) => !isSecret(name, options))
  return names.map((name) => `--${name}`)
}

function isSecret(name: string, options: Options): boolean {
  return Object.hasOwn(options, name) && options[name]?.secret === true
}

function isBoolean(name: string, options: Options): boolean {
  return options[name]?.kind.type === 'boolean'
}

function exampleOf(name: string, options: Options): string {
  return options[name]?.kind.example ?? `/etc/sotto/${name.replace(/-file$/, '')}`
}
