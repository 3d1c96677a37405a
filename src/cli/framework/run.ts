import { closest } from '../../config/closest.ts'
import { ConfigError, configExitCode } from '../../config/problems.ts'
import { CommandError, kinds, Misconfigured } from '../../errors.ts'
import type { Command, Invocation } from './command.ts'
import { commandHelp, overview, subcommandHelp } from './help.ts'
import { print, printMessage } from './output.ts'
import { parse } from './parse.ts'

/** Runs the command that `argv` names and prints its error, if any. Resolves to the exit code. */
export async function run(
  commands: readonly Command[],
  argv: readonly string[],
  context: Pick<Invocation, 'env' | 'cwd'>,
): Promise<number> {
  try {
    const { command, args } = resolveCommand(commands, expandAliases(argv))
    if (typeof command === 'string') return printHelp(command)
    if (requestsHelp(args)) return printHelp(commandHelp(command))
    return await command.run({ ...parse(command, args), ...context })
  } catch (error) {
    const { code, message } = describeError(error)
    printMessage(message.replace(/^/gm, 'sotto: '))
    return code
  }
}

/** Expands the short forms: `sotto --listen :80` to `sotto serve --listen :80`, `sotto help send` to `sotto send --help`. */
function expandAliases([first = 'serve', ...others]: readonly string[]): readonly string[] {
  if (first === 'help') return others.length === 0 ? ['help'] : [...others, '--help']
  if (['-h', '--help'].includes(first)) return ['help']
  if (first === '--version') return ['version', ...others]
  return first.startsWith('-') ? ['serve', first, ...others] : [first, ...others]
}

/** A command with its arguments, or a help text to print. */
type Resolved = { readonly command: Command | string; readonly args: readonly string[] }

function resolveCommand(
  commands: readonly Command[],
  [first = '', second = '', ...others]: readonly string[],
): Resolved {
  if (first === 'help') return { command: overview(commands), args: [] }
  const byName = (name: string) => commands.find((command) => command.name === name)
  const pair = byName(`${first} ${second}`)
  if (pair) return { command: pair, args: others }
  const single = byName(first)
  if (single) return { command: single, args: second === '' ? others : [second, ...others] }
  const subcommands = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (subcommands.length > 0 && requestsHelp([second])) return { command: subcommandHelp(first, subcommands), args: [] }
  throw subcommands.length > 0 ? unknownCommand(subcommands, `${first} ${second}`) : unknownCommand(commands, first)
}

// The input is not quoted in the message: it may be a secret entered without its command.
function unknownCommand(commands: readonly Command[], input: string): CommandError {
  const names = commands.map(({ name }) => name)
  const suggestion = closest(input, names)
  const hint = suggestion === undefined ? `expected one of: ${names.join(', ')}` : `did you mean ${suggestion}?`
  return new CommandError('invalid', `unknown command; ${hint}`)
}

function requestsHelp(args: readonly string[]): boolean {
  return args.some((arg) => arg === '--help' || arg === '-h')
}

function printHelp(text: string): number {
  print(text)
  return 0
}

function describeError(error: unknown): { code: number; message: string } {
  if (error instanceof ConfigError) return { code: configExitCode, message: error.report() }
  if (error instanceof Misconfigured) return { code: configExitCode, message: error.message }
  if (error instanceof CommandError) return { code: kinds[error.kind].exit, message: error.message }
  return { code: kinds.failed.exit, message: error instanceof Error ? error.message : 'failed' }
}
