import { type Fault, hidden, quote } from './faults.ts'
import { fileOptionOf, type Options } from './option.ts'

/** Who decided a value, from the strongest to the weakest. */
export type Origin = 'flag' | 'environment' | 'file' | 'credential' | 'default'

/** A value as it was written, and where. */
export interface Setting {
  readonly name: string
  readonly raw: unknown
  readonly where: string
  readonly origin: Origin
}

/** What a source gave: its settings, and what is wrong with it. */
export interface Reading {
  readonly settings: readonly Setting[]
  readonly faults: readonly Fault[]
  /** That settings may be missing because a file could not be read: then nobody is blamed for leaving them out. */
  readonly incomplete?: boolean
}

/** The names an operator may set: a secret option also by `<name>-file`. */
export function settableNames(options: Options): string[] {
  return Object.entries(options).flatMap(([name, { secret }]) => (secret ? [name, fileOptionOf(name)] : [name]))
}

/** Joins readings, keeping their order. */
export function join(...readings: readonly Reading[]): Reading {
  return {
    settings: readings.flatMap(({ settings }) => settings),
    faults: readings.flatMap(({ faults }) => faults),
    incomplete: readings.some(({ incomplete }) => incomplete),
  }
}

/** The value as a fault may show it. */
export function show(setting: Setting, options: Options): string {
  return options[setting.name]?.secret ? hidden : quote(setting.raw)
}
