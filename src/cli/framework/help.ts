import { optionRows, optionsHelp } from '../../config/config.ts'
import { type Command, type Flags, groups, type Word } from './command.ts'
import { exits } from './exits.ts'

const purpose = `Sotto shares a secret once, by a link that opens one time. This program is the server, with its web
pages, its JSON API and its database, and the client that sends and opens secrets from a terminal
or a script. Without a command it is the server.`

const firstExamples = [
  'sotto                                         start here, on http://127.0.0.1:8080',
  'sotto serve --config /etc/sotto/sotto.toml    start as a file says; `sotto config init` writes one',
  'printf %s "$PASSWORD" | sotto send --ttl 1d   share what comes from a pipe',
  'sotto get LINK                                open a link, once',
]

/** What `sotto help` prints. */
export function overview(commands: readonly Command[]): string {
  const listed = Object.entries(groups).map(([group, heading]) =>
    section(heading, names(commands.filter((command) => command.group === group))),
  )
  return page([
    purpose,
    section('usage', ['sotto [command] [options]']),
    section('examples', firstExamples),
    ...listed,
    `options of serve, also as SOTTO_… in the environment or in a TOML file:\n${optionsHelp()}`,
    section('exit codes', table(exits.map(({ code, sentence }) => [String(code), sentence]))),
    '`sotto help COMMAND` says more about each',
  ])
}

/** What `sotto COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const { name, about, sentence, word, flags, takesOptions, examples } = command
  const hasOptions = takesOptions || Object.keys(flags).length > 0
  const usage = ['sotto', name, word && shown(word), hasOptions && '[options]']
  const own = Object.keys(flags).length === 0 ? [] : [section('options', table(flagRows(flags)))]
  return page([
    `${sentence}\n\n${about}`,
    section('usage', [usage.filter(Boolean).join(' ')]),
    section('examples', examples),
    ...own,
    ...(takesOptions ? [`options of the server, also as SOTTO_… or in a TOML file:\n${optionsHelp()}`] : []),
  ])
}

/** The word of a command as its usage has it. */
export function shown({ name, oneOf, optional }: Word): string {
  const word = oneOf?.join('|') ?? name
  return optional ? `[${word}]` : word
}

/** What `sotto config --help` prints: the commands that begin with this word. */
export function subcommandHelp(first: string, family: readonly Command[]): string {
  return page([section('usage', [`sotto ${first} COMMAND [options]`]), section('commands', names(family))])
}

/** `--file FILE` and what it does, for each flag. */
export function flagRows(flags: Flags): [string, string][] {
  return Object.entries(flags).map(([name, { value, sentence }]) => [`--${name}${value ? ` ${value}` : ''}`, sentence])
}

/** The flags that a command completes to, and what follows each: a file, something else, or nothing. */
export function flagsOf({ flags, takesOptions }: Command): { name: string; value: string; sentence: string }[] {
  const own = Object.entries(flags).map(([name, { value = '', sentence }]) => ({ name, value, sentence }))
  if (!takesOptions) return own
  const options = optionRows().filter(({ flag }) => flag !== '')
  return [
    ...own,
    ...options.map(({ name, type, sentence }) => ({ name, value: type === 'path' ? 'FILE' : type, sentence })),
  ]
}

function names(commands: readonly Command[]): string[] {
  return table(commands.map(({ name, sentence }) => [name, sentence]))
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length))
  return rows.map(([first, second]) => `${first.padEnd(width)}  ${second}`)
}

function section(heading: string, lines: readonly string[]): string {
  return [`${heading}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}

function page(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}
