/** A kind of value: what --help calls it, what a fault expects, a value that would do, and how it is read. */
export interface Kind<T> {
  readonly type: string
  readonly expected: string
  readonly example: string
  read(raw: unknown, cwd: string): T | undefined
}

/** Whether the configuration has a value for the option always, or only if the operator gives one. */
export type Presence = 'always' | 'sometimes'

/** One line of the table of options. */
export interface Option<T, P extends Presence = Presence> {
  readonly kind: Kind<T>
  readonly presence: P
  /** What stands if nothing is said, in the operator's spelling; absent if it is worked out or there is none. */
  readonly standard?: string
  /** The default in words, for --help and the documentation. */
  readonly shownDefault: string
  readonly sentence: string
  readonly secret: boolean
}

/** All options by name, as the readers of flags, environment and file need them. */
export type Options = Readonly<Record<string, Option<unknown>>>

/** `ttl-max` as `ttlMax`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** An option with a default that its own parser reads. */
export function option<T>(kind: Kind<T>, standard: string, sentence: string): Option<T, 'always'> {
  return { kind, presence: 'always', standard, shownDefault: standard || 'none', sentence, secret: false }
}

/** An option whose default follows from something else. */
export function derived<T>(kind: Kind<T>, shownDefault: string, sentence: string): Option<T, 'always'> {
  return { kind, presence: 'always', shownDefault, sentence, secret: false }
}

/** An option that may stay without a value. */
export function optional<T>(kind: Kind<T>, shownDefault: string, sentence: string): Option<T, 'sometimes'> {
  return { kind, presence: 'sometimes', shownDefault, sentence, secret: false }
}

/** An option whose value is never shown, never a flag, and may be read from a file. */
export function secret<T>(kind: Kind<T>, shownDefault: string, sentence: string): Option<T, 'sometimes'> {
  return { kind, presence: 'sometimes', shownDefault, sentence, secret: true }
}

/** `ttl-max` as `ttlMax`, the name that a configuration has it under. */
export function camelCase<Name extends string>(name: Name): CamelCase<Name> {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as CamelCase<Name>
}

/** `ttl-max` as `SOTTO_TTL_MAX`. */
export function variableOf(name: string): string {
  return `SOTTO_${name.toUpperCase().replaceAll('-', '_')}`
}

/** The option that names a file with a secret option's value. */
export function fileOptionOf(name: string): string {
  return `${name}-file`
}
