import { fileOptionOf, type Option, type Options, variableOf } from './option.ts'

/** One way to set an option, as --help and the documentation show it. A way that does not exist is empty. */
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

/** The rows of a table of options. A secret has two: its value, which is never a flag, and the file that holds it. */
export function rowsOf(options: Options): OptionRow[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const row = rowOf(name, option)
    return option.secret ? [{ ...row, flag: '' }, fileRowOf(name, option)] : [row]
  })
}

function rowOf(name: string, { kind, shownDefault, sentence, secret }: Option<unknown>): OptionRow {
  const key = name === 'config' ? '' : name
  return {
    name,
    flag: `--${name}`,
    env: variableOf(name),
    key,
    type: kind.type,
    default: shownDefault,
    sentence,
    secret,
  }
}

function fileRowOf(name: string, option: Option<unknown>): OptionRow {
  const sentence = `a file that holds ${name}`
  return { ...rowOf(fileOptionOf(name), option), type: 'path', default: 'none', sentence, secret: false }
}

/** The options that are flags, aligned, one a line. */
export function helpOf(options: Options): string {
  const rows = rowsOf(options).filter(({ flag }) => flag !== '')
  const width = Math.max(...rows.map((row) => usage(row).length))
  return rows.map((row) => `  ${usage(row).padEnd(width)}  ${row.sentence} (default ${row.default})`).join('\n')
}

function usage({ flag, type }: OptionRow): string {
  return `${flag} <${type}>`
}
