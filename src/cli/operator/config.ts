import { readConfig } from '../../config/config.ts'
import { camelCase, type Option } from '../../config/option.ts'
import { type Config, type OptionName, options } from '../../config/options.ts'
import { hidden } from '../../config/problems.ts'
import { toToml } from '../../config/to-toml.ts'
import type { Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'

/** `sotto config check`: validates the configuration as `serve` would. Throws a ConfigError. */
export function checkConfig({ serverArgs, env, cwd }: Invocation): number {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  printMessage(`the configuration is valid${config.config === undefined ? '' : `: ${config.config}`}`)
  return 0
}

/** The flags of `sotto config show`. */
export const showFlags = { sources: { sentence: 'show the source of each value' } } as const

/** `sotto config show`: prints the effective configuration as TOML. Secret values are hidden. */
export function showConfig({ flags, serverArgs, env, cwd }: Invocation<typeof showFlags>): number {
  const { config, valueSources } = readConfig({ args: serverArgs, env, cwd })
  for (const name of Object.keys(options) as OptionName[]) {
    print(`${formatOption(name, config)}${flags.sources ? `  # ${valueSources[name]}` : ''}\n`)
  }
  return 0
}

// A value that cannot be set in a file is a comment, so that the output is a valid file.
function formatOption(name: OptionName, config: Config): string {
  const option: Option<unknown> = options[name]
  const value = (config as unknown as Record<string, unknown>)[camelCase(name)]
  if (value === undefined) return `# ${name} is not set: ${option.defaultText}`
  if (option.secret) return `# ${name} = ${hidden}`
  return `${name === 'config' ? '# ' : ''}${name} = ${toToml(option, value)}`
}
