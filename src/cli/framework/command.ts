import type { Environment } from '../../config/environment.ts'

/** A flag of one command. With `value`, the word that stands for it in the help, it takes one: `--file FILE`. */
export interface Flag {
  readonly sentence: string
  readonly value?: string
}

/** The flags of a command by their names, as in `--name`. */
export type Flags = Readonly<Record<string, Flag>>

/** What was given: a text for a flag that takes a value, `true` for one that does not. */
export type Given<F extends Flags> = {
  readonly [Name in keyof F]?: F[Name] extends { readonly value: string } ? string : true
}

/** The one word that a command takes beside its flags. */
export interface Word {
  readonly name: string
  readonly oneOf?: readonly string[]
  /** Whether it may be left out. */
  readonly optional?: true
}

/** The headings under which the help lists commands. */
export const groups = {
  share: 'share secrets',
  operate: 'run an instance',
  mail: 'look after its mail',
  about: 'about this program',
} as const

/** What a command is called with. */
export interface Call<F extends Flags = Flags> {
  readonly given: Given<F>
  /** The word, or empty where the command takes none. */
  readonly word: string
  /** What is left for the reader of the server's options. */
  readonly rest: readonly string[]
  readonly env: Environment
  readonly cwd: string
}

/** One command: parsing, help, completion and documentation all read this. `run` resolves to the exit code. */
export interface Command<F extends Flags = Flags> {
  /** As it is typed; `config show` is one name of two words. */
  readonly name: string
  readonly group: keyof typeof groups
  readonly sentence: string
  /** What the sentence has no room for, as paragraphs. */
  readonly about: string
  readonly word?: Word
  readonly flags: F
  /** Whether it takes the server's options too. */
  readonly takesOptions?: true
  /** The commonest invocation first. */
  readonly examples: readonly string[]
  run(call: Call<F>): Promise<number> | number
}

/** A command whose `run` knows the flags by their names. */
export function command<const F extends Flags>(one: Command<F>): Command {
  return one as unknown as Command
}
