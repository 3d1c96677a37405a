import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { startOfDay } from '../../time.ts'
import { erasureRetention } from '../inventory/periods.ts'

/**
 * Notes beside the database that an account was erased, so that a backup of the database that is older brings nobody
 * back (P22). A line is a day and a hash of the account's number, which was drawn: it says nothing of anybody.
 */
export function recordErasure(app: App, account: string): void {
  const line = `${startOfDay(app.now())} ${accountHash(account)}\n`
  appendFileSync(pathOf(app), line, { mode: 0o600, flush: true })
}

/** Tells of an account whether it was erased before, and so came back with an older database. Forgets what is old enough. */
export function erasedBefore(app: App): (account: string) => boolean {
  const path = pathOf(app)
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
  const kept = lines.filter((line) => Number(line.split(' ')[0]) > app.now() - erasureRetention)
  if (kept.length < lines.length) rewrite(path, kept)
  const marks = new Set(kept.map((line) => line.split(' ')[1]))
  return (account) => marks.has(accountHash(account))
}

function rewrite(path: string, lines: readonly string[]): void {
  writeFileSync(`${path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

function accountHash(account: string): string {
  return Buffer.from(digest('erased', account)).toString('hex')
}

function pathOf({ config }: App): string {
  return join(config.dataDir, 'erasures')
}
