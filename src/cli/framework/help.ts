import { optionRows, optionsHelp } from '../../config/help.ts'
import { type Command, commandGroups, type Flags, type Positional } from './command.ts'
import { exitCodes } from './exit-codes.ts'

const purpose =
  'Sotto shares a secret through a link that can be opened once. This program is both the server,\nwith its web pages, JSON API and database, and the client that sends and opens secrets from a\nterminal or a script. Without a command it runs the server.'

const firstExamples = [
  'sotto                                         run the server on http://127.0.0.1:8080',
  'sotto serve --config /etc/sotto/sotto.toml    run it with a configuration file (see sotto config init)',
  'printf %s "$PASSWORD" | sotto send --ttl 1d   share the output of a command',
  'sotto get LINK                                open a link',
]

/** The text of `sotto help`. */
export function overview(commands: readonly Command[]): string {
  const commandSections = Object.entries(commandGroups).map(([group, heading]) =>
    section(heading, commandRows(commands.filter((command) => command.group === group))),
  )
  return page([
    purpose,
    section('usage', ['sotto [command] [options]']),
    section('examples', firstExamples),
    ...commandSections,
    `options of serve, also settable as SOTTO_… variables or in a TOML file:\n${optionsHelp()}`,
    section('exit codes', table(exitCodes.map(({ code, sentence }) => [String(code), sentence]))),
    'run sotto help COMMAND for more about a command',
  ])
}

/** The text of `sotto COMMAND --help`. */
export function commandHelp(command: Command): string {
  const { name, about, sentence, positional, flags, takesServerOptions, examples } = command
  const hasOptions = takesServerOptions || Object.keys(flags).length > 0
  const usage = ['sotto', name, positional && formatPositional(positional), hasOptions && '[options]']
  const flagSection = Object.keys(flags).length === 0 ? [] : [section('options', table(flagRows(flags)))]
  return page([
    `${sentence}\n\n${about}`,
    section('usage', [usage.filter(Boolean).join(' ')]),
    section('examples', examples),
    ...flagSection,
    ...(takesServerOptions
      ? [`server options, also settable as SOTTO_… variables or in a TOML file:\n${optionsHelp()}`]
      : []),
  ])
}

/** The positional argument as the usage line shows it: `FILE`, `[USER]` or `bash|zsh|fish`. */
export function formatPositional({ name, choices, optional }: Positional): string {
  const word = choices?.join('|') ?? name
  return optional ? `[${word}]` : word
}

/** The text of `sotto config --help`: the usage and the commands of one family. */
export function subcommandHelp(first: string, family: readonly Command[]): string {
  return page([section('usage', [`sotto ${first} COMMAND [options]`]), section('commands', commandRows(family))])
}

/** A row for each flag: its usage, such as `--file FILE`, and its summary. */
export function flagRows(flags: Flags): [string, string][] {
  return Object.entries(flags).map(([name, { value, sentence }]) => [`--${name}${value ? ` ${value}` : ''}`, sentence])
}

/** All flags that a command accepts, including options of the server. `value` is empty for a boolean flag. */
export function flagsOf({ flags, takesServerOptions }: Command): { name: string; value: string; sentence: string }[] {
  const commandFlags = Object.entries(flags).map(([name, { value = '', sentence }]) => ({ name, value, sentence }))
  if (!takesServerOptions) return commandFlags
  const options = optionRows().filter(({ flag }) => flag !== '')
  return [
    ...commandFlags,
    ...options.map(({ name, type, sentence }) => ({ name, value: type === 'path' ? 'FILE' : type, sentence })),
  ]
}

function commandRows(commands: readonly Command[]): string[] {
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
