import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from '../../errors.ts'
import { parseIsoDay } from '../../time.ts'

/** Reads a text file, trimmed. Throws a CommandError if it cannot be read or is not UTF-8. */
export function readTextFile(cwd: string, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(resolve(cwd, file))).trim()
  } catch {
    throw new CommandError('invalid', 'FILE: expected a readable UTF-8 text file')
  }
}

/** Parses the day in a flag as midnight UTC, in milliseconds. Throws a CommandError. */
export function parseDay(flag: string, input: string | undefined): number | undefined {
  if (input === undefined) return undefined
  const day = parseIsoDay(input)
  if (day === undefined) throw new CommandError('invalid', `--${flag}: expected a day, e.g. 2027-04-01`)
  return day
}

/** Parses the NUMBER argument. Throws a CommandError. */
export function parseId(input: string): number {
  if (!/^[1-9]\d{0,8}$/.test(input)) throw new CommandError('invalid', 'NUMBER: expected a whole number, e.g. 1')
  return Number(input)
}
