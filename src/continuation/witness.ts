import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { App } from '../app.ts'
import { replaceFile } from '../durable-file.ts'

/** What the witness file says: the mark of the last run, and the recorded erasures. */
export interface Witness {
  readonly mark: string
  readonly erasures: string
}

type WitnessConfig = Pick<App['config'], 'witnessFile'>

/**
 * Reads the witness file, which lies outside the data directory, so that a restored snapshot of the whole machine is noticed.
 * Undefined if there is none or it is unreadable.
 */
export function readWitness({ witnessFile }: WitnessConfig): Witness | undefined {
  if (witnessFile === undefined || !existsSync(witnessFile)) return undefined
  const [, mark, erasures = ''] = /^run ([0-9a-f]{16})\n(.*)$/s.exec(readFileSync(witnessFile, 'utf8')) ?? []
  return mark === undefined ? undefined : { mark, erasures }
}

/** Writes the mark and the erasures to the witness file. Returns false, and writes a log line, if that failed. */
export function writeWitness({ config, log }: Pick<App, 'config' | 'log'>, { mark, erasures }: Witness): boolean {
  if (config.witnessFile === undefined) return false
  return attempt(log, () => replaceFile(config.witnessFile ?? '', `run ${mark}\n${erasures}`))
}

/** Appends a recorded erasure to the witness file, if there is one. A failure is logged. */
export function addToWitness({ config, log }: Pick<App, 'config' | 'log'>, line: string): void {
  const { witnessFile } = config
  if (witnessFile !== undefined && existsSync(witnessFile))
    attempt(log, () => appendFileSync(witnessFile, line, { flush: true }))
}

// It is a second record: the instance goes on without it.
function attempt(log: App['log'], write: () => void): boolean {
  try {
    write()
    return true
  } catch {
    log.write({ event: 'witness_failed' })
    return false
  }
}
