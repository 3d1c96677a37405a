import { join as joinPath, resolve } from 'node:path'
import { type Environment, readEnvironment } from './environment.ts'
import { isAbsent, readFile, readText, unreadable } from './file.ts'
import { readFlags } from './flags.ts'
import { fileOptionOf, type Options } from './option.ts'
import { type ConfigProblem, quote } from './problems.ts'
import { mergeResults, type Setting, type SourceResult } from './setting.ts'

/** The file that is read, if it exists, when --config is not set. */
export const defaultFile = '/etc/sotto/sotto.toml'

/** The inputs that a configuration is read from. */
export interface ConfigInputs {
  /** The server options of the command line, without the command and its own flags. */
  readonly args: readonly string[]
  readonly env: Environment
  readonly cwd: string
  /** Replaces the default file; for tests. */
  readonly defaultFile?: string
}

/** Reads all sources and keeps, for each option, the setting that takes precedence. */
export function readSources(inputs: ConfigInputs, options: Options): SourceResult {
  const fromProcess = mergeResults(readFlags(inputs.args, options), readEnvironment(inputs.env, options))
  const all = mergeResults(fromProcess, readOptionsFile(fromProcess.settings, inputs, options))
  const chosen = Object.entries(options).map(([name, { secret }]) =>
    secret ? chooseSecret(name, all.settings, inputs) : choose(name, all.settings),
  )
  return mergeResults({ ...all, settings: [] }, ...chosen)
}

function readOptionsFile(settings: readonly Setting[], inputs: ConfigInputs, options: Options): SourceResult {
  const named = settings.find(({ name }) => name === 'config')
  if (named !== undefined) return readFile(String(named.raw).trim(), named.where, inputs.cwd, options)
  const path = inputs.defaultFile ?? defaultFile
  if (isAbsent(readText(path))) return empty
  const config: Setting = { name: 'config', raw: path, where: path, source: 'default' }
  return mergeResults(readFile(path, path, inputs.cwd, options), { settings: [config], problems: [] })
}

const empty: SourceResult = { settings: [], problems: [] }

// Settings are in order of precedence, so the first one wins.
function choose(name: string, settings: readonly Setting[]): SourceResult {
  return { settings: settings.filter((setting) => setting.name === name).slice(0, 1), problems: [] }
}

function chooseSecret(name: string, settings: readonly Setting[], { cwd, env }: ConfigInputs): SourceResult {
  const [value] = choose(name, settings).settings
  const [file] = choose(fileOptionOf(name), settings).settings
  if (value !== undefined && file !== undefined) return { settings: [], problems: [bothSet(name, value, file)] }
  if (file !== undefined) return fromFile(name, file, cwd)
  return value === undefined ? fromCredential(name, env.CREDENTIALS_DIRECTORY) : { settings: [value], problems: [] }
}

function bothSet(name: string, value: Setting, file: Setting): ConfigProblem {
  const expected = `either ${name} or ${fileOptionOf(name)}, not both`
  const hint = `${value.where} is set too`
  return { where: file.where, received: quote(file.raw), expected, example: `/etc/sotto/${name}`, hint }
}

function fromFile(name: string, file: Setting, cwd: string): SourceResult {
  const content = readText(resolve(cwd, String(file.raw).trim()))
  if ('reason' in content) return { settings: [], problems: [unreadable(file.where, file.raw, content.reason)] }
  return { settings: [{ ...file, name, raw: content.text }], problems: [] }
}

/** Reads a secret from systemd's LoadCredential= directory, which needs no option. */
function fromCredential(name: string, directory: string | undefined): SourceResult {
  if (!directory) return empty
  const path = joinPath(directory, name)
  if (isAbsent(readText(path))) return empty
  return fromFile(name, { name, raw: path, where: `$CREDENTIALS_DIRECTORY/${name}`, source: 'credential' }, directory)
}
