import { fileOptionOf, type Option, variableOf } from './option.ts'
import { options } from './options.ts'

/** An option as --help and the documentation show it. `flag`, `env` and `key` (of the file) are empty if the option cannot be set that way. */
export interface OptionRow {
  readonly name: string
  readonly flag: string
  readonly env: string
  readonly key: string
  readonly type: string
  readonly default: string
  readonly sentence: string
  readonly secret: boolean
}

/** A row for each option. A secret option has two: its value, which is never a flag, and the file that contains it. */
export function optionRows(): OptionRow[] {
  return Object.entries<Option<unknown>>(options).flatMap(([name, option]) => {
    const row = rowOf(name, option)
    return option.secret ? [{ ...row, flag: '' }, fileRowOf(name, option)] : [row]
  })
}

function rowOf(name: string, { type, defaultText, sentence, secret }: Option<unknown>): OptionRow {
  const key = name === 'config' ? '' : name
  return {
    name,
    flag: `--${name}`,
    env: variableOf(name),
    key,
    type: type.name,
    default: defaultText,
    sentence,
    secret,
  }
}

function fileRowOf(name: string, option: Option<unknown>): OptionRow {
  const sentence = `file that contains ${name}`
  return { ...rowOf(fileOptionOf(name), option), type: 'path', default: 'none', sentence, secret: false }
}

/** The options that can be set by a flag, aligned, one per line. */
export function optionsHelp(): string {
  const rows = optionRows().filter(({ flag }) => flag !== '')
  const width = Math.max(...rows.map((row) => usage(row).length))
  return rows.map((row) => `  ${usage(row).padEnd(width)}  ${row.sentence} (default ${row.default})`).join('\n')
}

function usage({ flag, type }: OptionRow): string {
  return `${flag} <${type}>`
}
