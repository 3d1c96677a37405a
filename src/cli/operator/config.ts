import { readConfig } from '../../config/config.ts'
import { camelCase, type Option } from '../../config/option.ts'
import { type Config, type OptionName, options } from '../../config/options.ts'
import { hidden } from '../../config/problems.ts'
import { toToml } from '../../config/to-toml.ts'
import type { Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'

/** `sotto config check`: reads the configuration, as `serve` would, and says what is wrong. */
export function checkConfig({ serverArgs, env, cwd }: Invocation): number {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  printMessage(`the configuration is sound${config.config === undefined ? '' : `: ${config.config}`}`)
  return 0
}

/** The flags of `sotto config show`. */
export const showFlags = { sources: { sentence: 'say who decided each value' } } as const

/** `sotto config show`: every value that counts, as TOML. What is secret stays hidden. */
export function showConfig({ flags, serverArgs, env, cwd }: Invocation<typeof showFlags>): number {
  const { config, valueSources } = readConfig({ args: serverArgs, env, cwd })
  for (const name of Object.keys(options) as OptionName[]) {
    print(`${lineOf(name, config)}${flags.sources ? `  # ${valueSources[name]}` : ''}\n`)
  }
  return 0
}

// A line that a file could not hold is a comment, so that the whole can be kept as one.
function lineOf(name: OptionName, config: Config): string {
  const option: Option<unknown> = options[name]
  const value = (config as unknown as Record<string, unknown>)[camelCase(name)]
  if (value === undefined) return `# ${name} is not set: ${option.defaultText}`
  if (option.secret) return `# ${name} = ${hidden}`
  return `${name === 'config' ? '# ' : ''}${name} = ${toToml(option, value)}`
}
