import { fileOptionOf, type Options } from './option.ts'
import { type ConfigProblem, hidden, quote } from './problems.ts'

/** Where a value comes from, in order of precedence. */
export type ValueSource = 'flag' | 'environment' | 'file' | 'credential' | 'default'

/** A raw value and where it was set. */
export interface Setting {
  readonly name: string
  readonly raw: unknown
  readonly where: string
  readonly source: ValueSource
}

/** The settings of one or more sources, and the problems with those sources. */
export interface SourceResult {
  readonly settings: readonly Setting[]
  readonly problems: readonly ConfigProblem[]
  /** Set if a file could not be read. Rules about missing options are then not checked. */
  readonly incomplete?: boolean
}

/** The names that can be set: every option, and `<name>-file` for a secret one. */
export function settableNames(options: Options): string[] {
  return Object.entries(options).flatMap(([name, { secret }]) => (secret ? [name, fileOptionOf(name)] : [name]))
}

/** Merges results in order. */
export function mergeResults(...results: readonly SourceResult[]): SourceResult {
  return {
    settings: results.flatMap(({ settings }) => settings),
    problems: results.flatMap(({ problems }) => problems),
    incomplete: results.some(({ incomplete }) => incomplete),
  }
}

/** The value as a problem may show it: hidden if the option is secret. */
export function formatSetting(setting: Setting, options: Options): string {
  return options[setting.name]?.secret ? hidden : quote(setting.raw)
}
