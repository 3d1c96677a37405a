import { fileOptionOf, type Option } from '../../config/option.ts'
import { options } from '../../config/options.ts'
import { toToml } from '../../config/to-toml.ts'
import { print } from '../framework/output.ts'

const head = `# Sotto's options. Each is a comment with its default, or with an example where it has none.
# A flag wins over the environment, that over this file. sotto config check reads this and says what is wrong.`

// Where the example of the kind would be nonsense for the option.
const examples: Readonly<Record<string, string>> = {
  'data-dir': '/var/lib/sotto',
  'log-file': '/var/log/sotto/requests.log',
  'security-log-file': '/var/log/sotto/security.log',
  'tls-cert': '/etc/sotto/tls-cert.pem',
  'tls-key': '/etc/sotto/tls-key.pem',
  'smtp-ca': '/etc/sotto/smtp-ca.pem',
}

/** `sotto config init`: a file with every option as a comment, to stdout. */
export function printTemplate(): number {
  const entries = Object.entries<Option<unknown>>(options).filter(([name]) => name !== 'config')
  print(`${[head, ...entries.map(([name, option]) => entry(name, option))].join('\n\n')}\n`)
  return 0
}

function entry(name: string, option: Option<unknown>): string {
  const { type, sentence, defaultText } = option
  const what = `# ${sentence} (${type.name}; default ${defaultText})`
  return `${what}\n# ${option.secret ? fileLine(name) : `${name} = ${exampleOf(name, option)}`}`
}

/** A secret is better in a file of its own than in one that is copied and shown around. */
function fileLine(name: string): string {
  return `${fileOptionOf(name)} = ${JSON.stringify(`/etc/sotto/${name}`)}`
}

function exampleOf(name: string, option: Option<unknown>): string {
  const raw = option.rawDefault ?? examples[name] ?? option.type.example
  return toToml(option, option.type.parse(raw, '/'))
}
