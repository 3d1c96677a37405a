/** A type of value: its name in --help, a description of valid values, an example, and its parser. */
export interface OptionType<T> {
  readonly name: string
  readonly expected: string
  readonly example: string
  /** Returns undefined if the value is invalid. Relative paths are resolved against `cwd`. */
  parse(raw: unknown, cwd: string): T | undefined
}

/** Whether the configuration always has a value for the option, or only if it is set. */
export type Presence = 'always' | 'sometimes'

/** The definition of an option. */
export interface Option<T, P extends Presence = Presence> {
  readonly type: OptionType<T>
  readonly presence: P
  /** The default as an operator would write it; absent if it is derived or there is none. */
  readonly rawDefault?: string
  /** The default as --help and the documentation describe it. */
  readonly defaultText: string
  readonly sentence: string
  readonly secret: boolean
}

/** Options by name. */
export type Options = Readonly<Record<string, Option<unknown>>>

/** The type of `ttl-max` as `ttlMax`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** Defines an option with a default that its own parser reads. */
export function option<T>(type: OptionType<T>, rawDefault: string, sentence: string): Option<T, 'always'> {
  return { type, presence: 'always', rawDefault, defaultText: rawDefault || 'none', sentence, secret: false }
}

/** Defines an option whose default is derived from other values. */
export function derived<T>(type: OptionType<T>, defaultText: string, sentence: string): Option<T, 'always'> {
  return { type, presence: 'always', defaultText, sentence, secret: false }
}

/** Defines an option that may be unset. */
export function optional<T>(type: OptionType<T>, defaultText: string, sentence: string): Option<T, 'sometimes'> {
  return { type, presence: 'sometimes', defaultText, sentence, secret: false }
}

/** Defines an option whose value is never shown, never a flag, and may be read from a file. */
export function secret<T>(type: OptionType<T>, defaultText: string, sentence: string): Option<T, 'sometimes'> {
  return { type, presence: 'sometimes', defaultText, sentence, secret: true }
}

/** Converts `ttl-max` to `ttlMax`, its property name in Config. */
export function camelCase<Name extends string>(name: Name): CamelCase<Name> {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as CamelCase<Name>
}

/** Converts `ttl-max` to `SOTTO_TTL_MAX`. */
export function variableOf(name: string): string {
  return `SOTTO_${name.toUpperCase().replaceAll('-', '_')}`
}

/** The name of the option for a file that contains a secret option's value. */
export function fileOptionOf(name: string): string {
  return `${name}-file`
}
