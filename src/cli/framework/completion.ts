import type { Command } from './command.ts'
import { flagsOf } from './help.ts'

/** The shells that completion is written for. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** A script that makes `shell` complete these commands, their words and their flags. */
export function completion(shell: string, commands: readonly Command[]): string {
  return { bash, zsh, fish }[shell as (typeof shells)[number]](commands)
}

/** First words with what may follow: nothing, or the second words of a family such as `config`. */
function families(commands: readonly Command[]): { first: string; sentence: string; second: Command[] }[] {
  const firsts = [...new Set(commands.map(({ name }) => name.replace(/ .*/, '')))]
  return firsts.map((first) => {
    const second = commands.filter(({ name }) => name.startsWith(`${first} `))
    const sentence = commands.find(({ name }) => name === first)?.sentence ?? second.map(secondWord).join(', ')
    return { first, sentence, second }
  })
}

function secondWord({ name }: Command): string {
  return name.replace(/^\S+ /, '')
}

function flagsThatTakeFiles(commands: readonly Command[]): string {
  const flags = commands.flatMap(flagsOf).filter(({ value }) => value === 'FILE')
  return [...new Set(flags.map(({ name }) => `--${name}`))].join('|')
}

function bash(commands: readonly Command[]): string {
  const all = families(commands)
  const words = (command: Command) =>
    [...(command.positional?.choices ?? []), ...flagsOf(command).map(({ name }) => `--${name}`), '--help'].join(' ')
  const cases = commands.map((command) => {
    const pattern = command.name.includes(' ') ? `'${command.name}'` : `'${command.name} '*`
    return `      ${pattern}) words='${words(command)}' ;;`
  })
  const seconds = all
    .filter(({ second }) => second.length > 0)
    .map(({ first, second }) => `      '${first} '*) words='${second.map(secondWord).join(' ')}' ;;`)
  return `# completion of sotto for bash
_sotto() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  case "$before" in
    ${flagsThatTakeFiles(commands)}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((COMP_CWORD == 1)); then
    words='${all.map(({ first }) => first).join(' ')}'
  else
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${[...cases, ...seconds].join('\n')}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o filenames -F _sotto sotto
`
}

function zsh(commands: readonly Command[]): string {
  const described = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([word, sentence]) => quoted(`${word.replaceAll(':', '\\:')}:${sentence}`)).join(' ')
  const cases = commands.map((command) => {
    const words = (command.positional?.choices ?? []).map((word) => [word, word] as const)
    const flags = flagsOf(command).map(({ name, sentence }) => [`--${name}`, sentence] as const)
    const pattern = command.name.includes(' ') ? `'${command.name}'` : `'${command.name} '*`
    return `    (${pattern}) rows=(${described([...words, ...flags, ['--help', 'say more']])}) ;;`
  })
  const all = families(commands)
  const seconds = all
    .filter(({ second }) => second.length > 0)
    .map(
      ({ first, second }) =>
        `    ('${first} '*) rows=(${described(second.map((one) => [secondWord(one), one.sentence] as const))}) ;;`,
    )
  return `#compdef sotto
_sotto() {
  local -a rows
  case "$words[CURRENT-1]" in
    (${flagsThatTakeFiles(commands)}) _files; return ;;
  esac
  if ((CURRENT == 2)); then
    rows=(${described(all.map(({ first, sentence }) => [first, sentence] as const))})
    _describe 'command' rows
    return
  fi
  case "$words[2] $words[3]" in
${[...cases, ...seconds].join('\n')}
  esac
  _describe 'word' rows
}
if [ "$funcstack[1]" = "_sotto" ]; then _sotto "$@"; else compdef _sotto sotto; fi
`
}

function fish(commands: readonly Command[]): string {
  const all = families(commands)
  const lines = all.flatMap(({ first, sentence, second }) => [
    `complete -c sotto -n __fish_use_subcommand -a ${first} -d ${quoted(sentence)}`,
    ...second.map(
      (one) => `complete -c sotto -n ${quoted(seen(first))} -a ${secondWord(one)} -d ${quoted(one.sentence)}`,
    ),
  ])
  const words = commands.flatMap(({ name, positional }) =>
    (positional?.choices ?? []).map((one) => `complete -c sotto -n ${quoted(seen(name))} -a ${one}`),
  )
  const flags = commands.flatMap((command) =>
    flagsOf(command).map(({ name, value, sentence }) => {
      const takes = value === '' ? '' : value === 'FILE' ? ' -r -F' : ' -x'
      return `complete -c sotto -n ${quoted(seen(command.name))} -l ${name}${takes} -d ${quoted(sentence)}`
    }),
  )
  return ['# completion of sotto for fish', 'complete -c sotto -f', ...lines, ...words, ...flags, ''].join('\n')
}

function seen(name: string): string {
  return name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ')
}

/** In single quotes, as every one of the three shells reads them. */
function quoted(text: string): string {
  return `'${text.replaceAll('’', "'").replaceAll("'", '’')}'`
}
