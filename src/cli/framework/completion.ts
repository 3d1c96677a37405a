import type { Command } from './command.ts'
import { flagsOf } from './help.ts'

/** The shells with completion. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** Returns a script that makes `shell` complete the commands, their positional arguments and their flags. */
export function completion(shell: string, commands: readonly Command[]): string {
  return { bash, zsh, fish }[shell as (typeof shells)[number]](commands)
}

/** Groups the commands by their first word: `send` has no subcommands, `config` has several. */
function groupByFirstWord(commands: readonly Command[]): { first: string; sentence: string; subcommands: Command[] }[] {
  const firstWords = [...new Set(commands.map(({ name }) => name.replace(/ .*/, '')))]
  return firstWords.map((first) => {
    const subcommands = commands.filter(({ name }) => name.startsWith(`${first} `))
    const sentence = commands.find(({ name }) => name === first)?.sentence ?? subcommands.map(secondWord).join(', ')
    return { first, sentence, subcommands }
  })
}

/** The commands with two words first: `restore accept` is not the command `restore` with an argument. */
function twoWordsFirst(commands: readonly Command[]): Command[] {
  return commands.toSorted((one, other) => Number(other.name.includes(' ')) - Number(one.name.includes(' ')))
}

/** What can follow a command: the choices of its argument, and its subcommands. */
function argumentsOf({ name, positional }: Command, commands: readonly Command[]): string[] {
  const subcommands = commands.filter((command) => command.name.startsWith(`${name} `)).map(secondWord)
  return [...subcommands, ...(positional?.choices ?? [])]
}

function secondWord({ name }: Command): string {
  return name.replace(/^\S+ /, '')
}

function fileFlags(commands: readonly Command[]): string {
  const flags = commands.flatMap(flagsOf).filter(({ value }) => value === 'FILE')
  return [...new Set(flags.map(({ name }) => `--${name}`))].join('|')
}

function bash(commands: readonly Command[]): string {
  const groups = groupByFirstWord(commands)
  const words = (command: Command) =>
    [...argumentsOf(command, commands), ...flagsOf(command).map(({ name }) => `--${name}`), '--help'].join(' ')
  const cases = twoWordsFirst(commands).map((command) => {
    const pattern = command.name.includes(' ') ? `'${command.name}'` : `'${command.name} '*`
    return `      ${pattern}) words='${words(command)}' ;;`
  })
  const subcommandCases = groups
    .filter(({ subcommands }) => subcommands.length > 0)
    .map(({ first, subcommands }) => `      '${first} '*) words='${subcommands.map(secondWord).join(' ')}' ;;`)
  return `# completion of sotto for bash
_sotto() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  case "$before" in
    ${fileFlags(commands)}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((COMP_CWORD == 1)); then
    words='${groups.map(({ first }) => first).join(' ')}'
  else
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${[...cases, ...subcommandCases].join('\n')}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o filenames -o default -F _sotto sotto
`
}

function zsh(commands: readonly Command[]): string {
  const describe = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([word, sentence]) => quote(`${word.replaceAll(':', '\\:')}:${sentence}`)).join(' ')
  const cases = twoWordsFirst(commands).map((command) => {
    const words = argumentsOf(command, commands).map((word) => [word, word] as const)
    const flags = flagsOf(command).map(({ name, sentence }) => [`--${name}`, sentence] as const)
    const pattern = command.name.includes(' ') ? `'${command.name}'` : `'${command.name} '*`
    return `    (${pattern}) rows=(${describe([...words, ...flags, ['--help', 'show help']])}) ;;`
  })
  const groups = groupByFirstWord(commands)
  const subcommandCases = groups
    .filter(({ subcommands }) => subcommands.length > 0)
    .map(
      ({ first, subcommands }) =>
        `    ('${first} '*) rows=(${describe(subcommands.map((command) => [secondWord(command), command.sentence] as const))}) ;;`,
    )
  return `#compdef sotto
_sotto() {
  local -a rows
  case "$words[CURRENT-1]" in
    (${fileFlags(commands)}) _files; return ;;
  esac
  if ((CURRENT == 2)); then
    rows=(${describe(groups.map(({ first, sentence }) => [first, sentence] as const))})
    _describe 'command' rows
    return
  fi
  case "$words[2] $words[3]" in
${[...cases, ...subcommandCases].join('\n')}
  esac
  _describe 'word' rows || _files
}
if [ "$funcstack[1]" = "_sotto" ]; then _sotto "$@"; else compdef _sotto sotto; fi
`
}

function fish(commands: readonly Command[]): string {
  const groups = groupByFirstWord(commands)
  const lines = groups.flatMap(({ first, sentence, subcommands }) => [
    `complete -c sotto -n __fish_use_subcommand -a ${first} -d ${quote(sentence)}`,
    ...subcommands.map(
      (command) =>
        `complete -c sotto -n ${quote(hasSeen(first))} -a ${secondWord(command)} -d ${quote(command.sentence)}`,
    ),
  ])
  const words = commands.flatMap(({ name, positional }) =>
    (positional?.choices ?? []).map((one) => `complete -c sotto -n ${quote(hasSeen(name))} -a ${one}`),
  )
  const files = commands
    .filter(({ positional }) => positional?.name === 'FILE')
    .map(({ name }) => `complete -c sotto -n ${quote(hasSeen(name))} -F`)
  const flags = commands.flatMap((command) =>
    flagsOf(command).map(({ name, value, sentence }) => {
      const argument = value === '' ? '' : value === 'FILE' ? ' -r -F' : ' -x'
      return `complete -c sotto -n ${quote(hasSeen(command.name))} -l ${name}${argument} -d ${quote(sentence)}`
    }),
  )
  return ['# completion of sotto for fish', 'complete -c sotto -f', ...lines, ...words, ...files, ...flags, ''].join(
    '\n',
  )
}

function hasSeen(name: string): string {
  return name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ')
}

/** Quotes a text in single quotes, which all three shells read the same way. */
function quote(text: string): string {
  return `'${text.replaceAll('’', "'").replaceAll("'", '’')}'`
}
