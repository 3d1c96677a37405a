import type { Environment } from '../../config/environment.ts'

/** A flag of one command. If `value` is set, the flag takes a value, named so in the help: `--file FILE`. */
export interface Flag {
  readonly sentence: string
  readonly value?: string
}

/** The flags of a command by name, without the leading dashes. */
export type Flags = Readonly<Record<string, Flag>>

/** Flags that all take a value, by name. */
export type ValueFlags<Names extends string> = Readonly<Record<Names, Flag & { readonly value: string }>>

/** The parsed flags of an invocation: a string for a flag that takes a value, `true` for a boolean flag. */
export type FlagValues<F extends Flags> = {
  readonly [Name in keyof F]?: F[Name] extends { readonly value: string } ? string : true
}

/** The positional argument of a command; a command has at most one. */
export interface Positional {
  /** The placeholder in the usage line, in capitals. */
  readonly name: string
  readonly choices?: readonly string[]
  readonly optional?: true
}

/** The sections of `sotto help`, with their headings. */
export const commandGroups = {
  share: 'share secrets',
  operate: 'run an instance',
  mail: 'manage mail',
  about: 'about this program',
} as const

/** The parsed arguments and the environment of one run of a command. */
export interface Invocation<F extends Flags = Flags> {
  readonly flags: FlagValues<F>
  /** The positional argument; empty if there is none. */
  readonly positional: string
  /** The arguments that are options of the server, not yet parsed. */
  readonly serverArgs: readonly string[]
  readonly env: Environment
  readonly cwd: string
}

/** The definition of a command, from which parsing, help, completion and documentation are derived. */
export interface Command<F extends Flags = Flags> {
  /** One or two words, such as `send` or `config show`. */
  readonly name: string
  readonly group: keyof typeof commandGroups
  /** The one-line summary. */
  readonly sentence: string
  /** The longer description, shown by `--help`. */
  readonly about: string
  readonly positional?: Positional
  readonly flags: F
  /** Whether the options of the server are accepted too. */
  readonly takesServerOptions?: true
  /** The most common invocation first. */
  readonly examples: readonly string[]
  /** Resolves to the exit code. */
  run(invocation: Invocation<F>): Promise<number> | number
}

/** Checks a definition, with the flags that `run` receives typed by name. */
export function defineCommand<const F extends Flags>(definition: Command<F>): Command {
  return definition as unknown as Command
}
