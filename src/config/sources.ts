import { join as joinPath, resolve } from 'node:path'
import { type Environment, readEnvironment } from './environment.ts'
import { type Fault, quote } from './faults.ts'
import { isAbsent, readFile, readText, unreadable } from './file.ts'
import { readFlags } from './flags.ts'
import { fileOptionOf, type Options } from './option.ts'
import { join, type Reading, type Setting } from './setting.ts'

/** Where the file is looked for if nobody names one. */
export const standardFile = '/etc/sotto/sotto.toml'

/** Everything a configuration is read from. */
export interface Sources {
  /** The flags only: commands and their own words are taken off before. */
  readonly args: readonly string[]
  readonly env: Environment
  readonly cwd: string
  /** Another place for the file that nobody needs to name; for tests. */
  readonly standardFile?: string
}

/** The strongest setting of each option that has one, and what is wrong with the sources themselves. */
export function readSources(sources: Sources, options: Options): Reading {
  const outer = join(readFlags(sources.args, options), readEnvironment(sources.env, options))
  const all = join(outer, readOptionsFile(outer.settings, sources, options))
  const chosen = Object.entries(options).map(([name, { secret }]) =>
    secret ? chooseSecret(name, all.settings, sources) : choose(name, all.settings),
  )
  return join({ ...all, settings: [] }, ...chosen)
}

function readOptionsFile(outer: readonly Setting[], sources: Sources, options: Options): Reading {
  const named = outer.find(({ name }) => name === 'config')
  if (named !== undefined) return readFile(String(named.raw).trim(), named.where, sources.cwd, options)
  const path = sources.standardFile ?? standardFile
  if (isAbsent(readText(path))) return nothing
  const config: Setting = { name: 'config', raw: path, where: path, origin: 'default' }
  return join(readFile(path, path, sources.cwd, options), { settings: [config], faults: [] })
}

const nothing: Reading = { settings: [], faults: [] }

// Settings come strongest first, so the first one found is the one that counts.
function choose(name: string, settings: readonly Setting[]): Reading {
  return { settings: settings.filter((setting) => setting.name === name).slice(0, 1), faults: [] }
}

function chooseSecret(name: string, settings: readonly Setting[], { cwd, env }: Sources): Reading {
  const [value] = choose(name, settings).settings
  const [file] = choose(fileOptionOf(name), settings).settings
  if (value !== undefined && file !== undefined) return { settings: [], faults: [bothSet(name, value, file)] }
  if (file !== undefined) return fromFile(name, file, cwd)
  return value === undefined ? fromCredential(name, env.CREDENTIALS_DIRECTORY) : { settings: [value], faults: [] }
}

function bothSet(name: string, value: Setting, file: Setting): Fault {
  const expected = `either ${name} or ${fileOptionOf(name)}`
  const hint = `${value.where} is set too`
  return { where: file.where, read: quote(file.raw), expected, example: `/etc/sotto/${name}`, hint }
}

function fromFile(name: string, file: Setting, cwd: string): Reading {
  const content = readText(resolve(cwd, String(file.raw).trim()))
  if ('reason' in content) return { settings: [], faults: [unreadable(file.where, file.raw, content.reason)] }
  return { settings: [{ ...file, name, raw: content.text }], faults: [] }
}

/** What systemd hands over by LoadCredential= needs no setting at all. */
function fromCredential(name: string, directory: string | undefined): Reading {
  if (!directory) return nothing
  const path = joinPath(directory, name)
  if (isAbsent(readText(path))) return nothing
  return fromFile(name, { name, raw: path, where: `$CREDENTIALS_DIRECTORY/${name}`, origin: 'credential' }, directory)
}
