import { schemaVersion } from '../database/open.ts'
import { commit, version } from '../version.ts'
import { clientCommands } from './client/commands.ts'
import { type Command, defineCommand } from './framework/command.ts'
import { completion, shells } from './framework/completion.ts'
import { overview } from './framework/help.ts'
import { print } from './framework/output.ts'
import { operatorCommands } from './operator/commands.ts'

const group = 'about'

/** All commands of the program. */
export const commands: readonly Command[] = [
  ...clientCommands,
  ...operatorCommands,
  defineCommand({
    name: 'version',
    group,
    sentence: 'print the version',
    about: 'Prints one line with the version number. --json adds the commit and the schema version.',
    flags: { json: { sentence: 'print a JSON object' } },
    examples: ['sotto version', 'sotto version --json'],
    run: ({ flags }) => {
      print(flags.json ? `${JSON.stringify({ version, commit, schema: schemaVersion })}\n` : `${version}\n`)
      return 0
    },
  }),
  defineCommand({
    name: 'completion',
    group,
    sentence: 'print a shell completion script',
    about: 'Load it from the startup file of your shell, or save it where your shell looks for completions.',
    positional: { name: 'SHELL', choices: shells },
    flags: {},
    examples: [
      'source <(sotto completion bash)',
      'sotto completion zsh > ~/.zfunc/_sotto',
      'sotto completion fish > ~/.config/fish/completions/sotto.fish',
    ],
    run: ({ positional }) => {
      print(completion(positional, commands))
      return 0
    },
  }),
  defineCommand({
    name: 'help',
    group,
    sentence: 'print this help, or the help of a command',
    about: 'sotto help COMMAND prints the same as sotto COMMAND --help.',
    flags: {},
    examples: ['sotto help', 'sotto help send'],
    run: () => {
      print(overview(commands))
      return 0
    },
  }),
]
