import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/options.ts'
import { replaceFile } from '../durable-file.ts'

/** The content of the file `run`: the mark of the last run, and the identity of the database file it belongs to. */
export interface RunFile {
  readonly mark: string
  /** See Engine.identity; null if the file system does not provide one. */
  readonly database: string | null
  /** Whether the witness file has this mark too. */
  readonly hasWitness: boolean
}

/** The mark of the run file before the first mark is in the database, so that a first start can be interrupted at any moment. */
export const firstMark = 'first'

/** Reads the run file of an instance; undefined if there is none, or null if it is unreadable. */
export function readRunFile(config: Pick<Config, 'dataDir'>): RunFile | null | undefined {
  try {
    return parseRunFile(readFileSync(pathOf(config), 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : null
  }
}

function parseRunFile(text: string): RunFile | null {
  const { mark, database, hasWitness = false } = JSON.parse(text) as Partial<RunFile>
  if (typeof mark !== 'string' || (typeof database !== 'string' && database !== null)) return null
  return { mark, database, hasWitness }
}

/** Replaces the run file durably: whatever happens, it has the old or the new content. */
export function writeRunFile(config: Pick<Config, 'dataDir'>, content: RunFile): void {
  replaceFile(pathOf(config), `${JSON.stringify(content)}\n`)
}

function pathOf({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'run')
}
