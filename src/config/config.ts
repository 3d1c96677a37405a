import { derive } from './derive.ts'
import * as table from './option.ts'
import { type Config, type OptionName, options } from './options.ts'
import { ConfigError, type ConfigProblem, quote } from './problems.ts'
import { type PartialConfig, violatedRules } from './rules.ts'
import { formatSetting, type Setting, type ValueSource } from './setting.ts'
import { type ConfigInputs, readSources } from './sources.ts'

/** The source of each option's value. */
export type ValueSources = Readonly<Record<OptionName, ValueSource>>

/**
 * Reads the configuration. A flag takes precedence over an environment variable, that over the file, that over the
 * default. Throws a ConfigError with all problems.
 */
export function readConfig(inputs: ConfigInputs): { config: Config; valueSources: ValueSources } {
  const { settings, problems, incomplete } = readSources(inputs, options)
  const valueSources = valueSourcesOf(settings)
  const { values, rejected } = parse(settings, inputs.cwd)
  const config = derive(values, valueSources, inputs)
  const locate = (name: string) => locateIn(settings, name)
  const violations = incomplete ? [] : violatedRules(config, locate, new Set(rejected.keys()))
  const all = [...problems, ...rejected.values(), ...violations]
  if (all.length > 0) throw new ConfigError(all)
  // Without a problem, every option that is always present has been parsed or derived.
  return { config: config as Config, valueSources }
}

function valueSourcesOf(settings: readonly Setting[]): ValueSources {
  const sources = new Map(settings.map(({ name, source }) => [name, source]))
  const names = Object.keys(options) as OptionName[]
  return Object.fromEntries(names.map((name) => [name, sources.get(name) ?? 'default'])) as ValueSources
}

function parse(
  settings: readonly Setting[],
  cwd: string,
): { values: PartialConfig; rejected: Map<string, ConfigProblem> } {
  const values: Record<string, unknown> = {}
  const rejected = new Map<string, ConfigProblem>()
  for (const [name, { type, rawDefault }] of Object.entries<table.Option<unknown>>(options)) {
    const setting = settings.find((setting) => setting.name === name)
    const raw = setting === undefined ? rawDefault : setting.raw
    const value = raw === undefined ? undefined : type.parse(raw, cwd)
    if (value !== undefined) values[table.camelCase(name)] = value
    else if (setting !== undefined) rejected.set(name, invalidValue(setting, type))
  }
  return { values, rejected }
}

function invalidValue(setting: Setting, { expected, example }: table.OptionType<unknown>): ConfigProblem {
  const problem = { where: setting.where, received: formatSetting(setting, options), expected, example }
  const isEmpty = setting.source === 'environment' && setting.raw === ''
  return isEmpty ? { ...problem, hint: 'unset the variable to use the default' } : problem
}

function locateIn(settings: readonly Setting[], name: string): Pick<ConfigProblem, 'where' | 'received'> {
  const setting = settings.find((setting) => setting.name === name)
  if (setting !== undefined) return { where: setting.where, received: formatSetting(setting, options) }
  const { rawDefault } = (options as table.Options)[name] ?? {}
  return { where: `--${name}`, received: rawDefault === undefined ? 'nothing' : quote(rawDefault) }
}
