import { ConfigError, configExitCode } from '../../config/config.ts'
import { closest } from '../../config/faults.ts'
import { CommandError, kinds, Misconfigured } from '../../errors.ts'
import type { Call, Command } from './command.ts'
import { commandHelp, overview, subcommandHelp } from './help.ts'
import { print, tell } from './output.ts'
import { parse } from './parse.ts'

/** Runs what `argv` says, of these commands; resolves to the exit code. */
export async function run(
  commands: readonly Command[],
  argv: readonly string[],
  around: Pick<Call, 'env' | 'cwd'>,
): Promise<number> {
  try {
    const { command, args } = find(commands, spelledOut(argv))
    if (typeof command === 'string') return printAll(command)
    if (wantsHelp(args)) return printAll(commandHelp(command))
    return await command.run({ ...parse(command, args), ...around })
  } catch (error) {
    const { code, words } = told(error)
    tell(words.replace(/^/gm, 'sotto: '))
    return code
  }
}

/** `sotto` and `sotto --listen :80` are `sotto serve`, and `sotto help send` is `sotto send --help`. */
function spelledOut([first = 'serve', ...others]: readonly string[]): readonly string[] {
  if (first === 'help') return others.length === 0 ? ['help'] : [...others, '--help']
  if (['-h', '--help'].includes(first)) return ['help']
  if (first === '--version') return ['version', ...others]
  return first.startsWith('-') ? ['serve', first, ...others] : [first, ...others]
}

type Found = { readonly command: Command | string; readonly args: readonly string[] }

function find(commands: readonly Command[], [first = '', second = '', ...others]: readonly string[]): Found {
  if (first === 'help') return { command: overview(commands), args: [] }
  const named = (name: string) => commands.find((command) => command.name === name)
  const pair = named(`${first} ${second}`)
  if (pair) return { command: pair, args: others }
  const single = named(first)
  if (single) return { command: single, args: second === '' ? others : [second, ...others] }
  const family = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (family.length > 0 && wantsHelp([second])) return { command: subcommandHelp(first, family), args: [] }
  throw family.length > 0 ? unknown(family, `${first} ${second}`) : unknown(commands, first)
}

// What was typed is not repeated: it may be a secret that lost its command.
function unknown(commands: readonly Command[], typed: string): CommandError {
  const names = commands.map(({ name }) => name)
  const meant = closest(typed, names)
  const hint = meant === undefined ? `try one of: ${names.join(', ')}` : `did you mean ${meant}?`
  return new CommandError('invalid', `unknown command; ${hint}`)
}

function wantsHelp(args: readonly string[]): boolean {
  return args.some((word) => word === '--help' || word === '-h')
}

function printAll(text: string): number {
  print(text)
  return 0
}

function told(error: unknown): { code: number; words: string } {
  if (error instanceof ConfigError) return { code: configExitCode, words: error.report() }
  if (error instanceof Misconfigured) return { code: configExitCode, words: error.message }
  if (error instanceof CommandError) return { code: kinds[error.kind].exit, words: error.message }
  return { code: kinds.failed.exit, words: error instanceof Error ? error.message : 'failed' }
}
