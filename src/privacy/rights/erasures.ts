import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../app.ts'
import { addToWitness } from '../../continuation/witness.ts'
import { digest } from '../../crypto/sealing.ts'
import { replaceFile } from '../../durable-file.ts'
import { startOfDay } from '../../time.ts'
import { erasureRetention } from '../inventory/periods.ts'

/**
 * Records the erasure of an account in a file beside the database, so that restoring an older backup does not bring the
 * account back (P22). Each line has the day and a hash of the random account id; it identifies no one.
 */
export function recordErasure(app: App, account: string): void {
  const line = `${startOfDay(app.now())} ${accountHash(account)}\n`
  appendFileSync(pathOf(app), line, { mode: 0o600, flush: true })
  addToWitness(app, line)
}

/** Returns the recorded erasures, one per line. */
export function readErasures(app: Pick<App, 'config'>): string {
  const path = pathOf(app)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/**
 * Loads the recorded erasures and returns a function that tells whether an account is among them. Deletes records older
 * than the retention period, unless the clock is frozen, and adds `others`: the content of lists that were kept elsewhere.
 */
export function loadErasedAccounts(app: App, others: readonly string[] = []): (account: string) => boolean {
  const own = linesOf(readErasures(app))
  const isRetained = (line: string) => app.clock.isFrozen || Number(line.split(' ')[0]) > app.now() - erasureRetention
  const retained = [...new Set([...own, ...others.flatMap(linesOf)].filter(isRetained))]
  if (retained.join() !== own.join()) replaceFile(pathOf(app), retained.map((line) => `${line}\n`).join(''))
  const hashes = new Set(retained.map((line) => line.split(' ')[1]))
  return (account) => hashes.has(accountHash(account))
}

/** Adds a list of erasures that was kept elsewhere to the recorded ones. */
export function addErasures(app: Pick<App, 'config'>, list: string): void {
  const lines = linesOf(list).map((line) => `${line}\n`)
  if (lines.length > 0) appendFileSync(pathOf(app), lines.join(''), { mode: 0o600, flush: true })
}

function linesOf(list: string): string[] {
  return list.split('\n').filter((line) => /^\d+ [0-9a-f]{64}$/.test(line))
}

function accountHash(account: string): string {
  return Buffer.from(digest('erased', account)).toString('hex')
}

function pathOf({ config }: Pick<App, 'config'>): string {
  return join(config.dataDir, 'erasures')
}
