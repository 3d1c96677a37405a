import { derive } from './derive.ts'
import { ConfigError, type Fault, quote } from './faults.ts'
import { helpOf, type OptionRow, rowsOf } from './help.ts'
import * as table from './option.ts'
import { type Config, type OptionName, options } from './options.ts'
import { brokenRules, type Draft } from './rules.ts'
import { type Origin, type Setting, show } from './setting.ts'
import { readSources, type Sources } from './sources.ts'

export { ConfigError, configExitCode, type Fault } from './faults.ts'
export type { OptionRow } from './help.ts'
export type { Listen, Peer } from './network.ts'
export { type Config, type OptionName, options } from './options.ts'
export type { Origin } from './setting.ts'
export type { Sources } from './sources.ts'
export { formatDuration, formatSize, parseDuration, parseSize } from './units.ts'

/** Who decided each option. */
export type Origins = Readonly<Record<OptionName, Origin>>

/** Reads the whole configuration: flag before environment before file before default. Throws a ConfigError. */
export function readConfig(sources: Sources): { config: Config; origins: Origins } {
  const { settings, faults, incomplete } = readSources(sources, options)
  const origins = originsOf(settings)
  const { values, refused } = parse(settings, sources.cwd)
  const draft = derive(values, origins, sources)
  const locate = (name: string) => locateIn(settings, name)
  const broken = incomplete ? [] : brokenRules(draft, locate, new Set(refused.keys()))
  const all = [...faults, ...refused.values(), ...broken]
  if (all.length > 0) throw new ConfigError(all)
  // Without a fault, every option that is always there has been read or derived.
  return { config: draft as Config, origins }
}

/** The options for --help and the documentation. */
export function optionRows(): OptionRow[] {
  return rowsOf(options)
}

/** The options as --help prints them. */
export function optionsHelp(): string {
  return helpOf(options)
}

function originsOf(settings: readonly Setting[]): Origins {
  const given = new Map(settings.map(({ name, origin }) => [name, origin]))
  const names = Object.keys(options) as OptionName[]
  return Object.fromEntries(names.map((name) => [name, given.get(name) ?? 'default'])) as Origins
}

function parse(settings: readonly Setting[], cwd: string): { values: Draft; refused: Map<string, Fault> } {
  const values: Record<string, unknown> = {}
  const refused = new Map<string, Fault>()
  for (const [name, { kind, standard }] of Object.entries<table.Option<unknown>>(options)) {
    const setting = settings.find((setting) => setting.name === name)
    const raw = setting === undefined ? standard : setting.raw
    const value = raw === undefined ? undefined : kind.read(raw, cwd)
    if (value !== undefined) values[table.camelCase(name)] = value
    else if (setting !== undefined) refused.set(name, refusal(setting, kind))
  }
  return { values, refused }
}

function refusal(setting: Setting, { expected, example }: table.Kind<unknown>): Fault {
  const fault = { where: setting.where, read: show(setting, options), expected, example }
  const isEmpty = setting.origin === 'environment' && setting.raw === ''
  return isEmpty ? { ...fault, hint: 'remove the variable to get the default' } : fault
}

function locateIn(settings: readonly Setting[], name: string): Pick<Fault, 'where' | 'read'> {
  const setting = settings.find((setting) => setting.name === name)
  if (setting !== undefined) return { where: setting.where, read: show(setting, options) }
  const { standard } = (options as table.Options)[name] ?? {}
  return { where: `--${name}`, read: standard === undefined ? 'nothing' : quote(standard) }
}
