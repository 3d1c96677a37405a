import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exits } from '../command/exits.ts'
import { flagRows } from '../command/help.ts'
import { commands } from '../commands.ts'
import { optionRows } from '../config.ts'
import { errors, kinds } from '../errors.ts'
import { text } from '../i18n/text.ts'
import { promiseRows } from './promises.ts'

const root = join(import.meta.dir, '..', '..')

/** The parts of the documentation that the code knows better, by file and by the name between the markers. */
const generated = {
  'docs/options.md': { options: optionTable },
  'docs/api.md': { errors: errorTable },
  'docs/promises.md': { promises: promiseTable },
  'docs/cli.md': { commands: commandTable, flags: flagTable, exits: exitTable },
} as const

/** Each file with generated parts, as it is and as it should be. */
export function documents(): { file: string; found: string; wanted: string }[] {
  return Object.entries(generated).map(([file, parts]) => {
    const found = readFileSync(join(root, file), 'utf8')
    return {
      file,
      found,
      wanted: Object.entries(parts).reduce((words, [name, make]) => insert(words, name, make()), found),
    }
  })
}

function insert(words: string, name: string, table: string): string {
  return words.replace(
    new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open, close) => `${open}\n${table}\n\n${close}`,
  )
}

function optionTable(): string {
  const rows = optionRows().map(({ flag, env, default: standard, sentence }) => [
    flag && `\`${flag}\``,
    `\`${env}\``,
    standard,
    sentence,
  ])
  return table(['flag', 'variable', 'default', 'what it decides'], rows)
}

function errorTable(): string {
  const rows = Object.entries(errors).map(([code, kind]) => [
    `\`${code}\``,
    String(kinds[kind].status),
    text(`error.${code as keyof typeof errors}`),
  ])
  return table(['code', 'status', 'what it says'], rows)
}

function commandTable(): string {
  const rows = commands.map(({ name, word, sentence }) => [
    `\`sotto ${[name, word && (word.optional ? `[${word.name}]` : word.name)].filter(Boolean).join(' ')}\``,
    sentence,
  ])
  return table(['command', 'what it does'], rows)
}

function flagTable(): string {
  const rows = commands.flatMap(({ name, flags }) =>
    flagRows(flags).map(([flag, sentence]) => [`\`sotto ${name}\``, `\`${flag}\``, sentence]),
  )
  return table(['command', 'flag', 'what it does'], rows)
}

function exitTable(): string {
  return table(
    ['code', 'what it says'],
    exits.map(({ code, sentence }) => [String(code), sentence]),
  )
}

function promiseTable(): string {
  return table(['', 'promise', 'how it is kept', 'code', 'test', 'page', 'state'], promiseRows())
}

function table(head: string[], rows: string[][]): string {
  const cells = (row: string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [cells(head), cells(head.map(() => '---')), ...rows.map(cells)].join('\n')
}

if (import.meta.main) {
  for (const { file, wanted } of documents()) writeFileSync(join(root, file), wanted)
}
