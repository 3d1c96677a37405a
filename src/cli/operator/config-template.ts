import { fileOptionOf, type Option } from '../../config/option.ts'
import { options } from '../../config/options.ts'
import { toToml } from '../../config/to-toml.ts'
import { print } from '../framework/output.ts'

const head =
  '# Options of Sotto. Each is commented out, with its default, or with an example if it has none.\n# Flags override environment variables, which override this file. Check it with sotto config check.'

// For options that the example of their type does not suit.
const examples: Readonly<Record<string, string>> = {
  'data-dir': '/var/lib/sotto',
  'log-file': '/var/log/sotto/requests.log',
  'security-log-file': '/var/log/sotto/security.log',
  'tls-cert': '/etc/sotto/tls-cert.pem',
  'tls-key': '/etc/sotto/tls-key.pem',
  'smtp-ca': '/etc/sotto/smtp-ca.pem',
}

/** `sotto config init`: prints a configuration file with every option as a comment. */
export function printTemplate(): number {
  const entries = Object.entries<Option<unknown>>(options).filter(([name]) => name !== 'config')
  print(`${[head, ...entries.map(([name, option]) => formatEntry(name, option))].join('\n\n')}\n`)
  return 0
}

function formatEntry(name: string, option: Option<unknown>): string {
  const { type, sentence, defaultText } = option
  const comment = `# ${sentence} (${type.name}; default ${defaultText})`
  return `${comment}\n# ${option.secret ? secretFileLine(name) : `${name} = ${exampleValue(name, option)}`}`
}

/** Suggests a separate file for a secret, since configuration files are copied and shared. */
function secretFileLine(name: string): string {
  return `${fileOptionOf(name)} = ${JSON.stringify(`/etc/sotto/${name}`)}`
}

function exampleValue(name: string, option: Option<unknown>): string {
  const raw = option.rawDefault ?? examples[name] ?? option.type.example
  return toToml(option, option.type.parse(raw, '/'))
}
