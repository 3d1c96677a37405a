import { existsSync, statSync } from 'node:fs'
import type { Config } from '../../config/options.ts'
import { databaseOwner } from '../../database/open.ts'
import { Misconfigured } from '../../errors.ts'

/**
 * Takes the user and group of the database, or of the data directory, if the program runs as root and they are another user's: what the command creates or
 * changes then belongs to the user of the server. Throws Misconfigured.
 */
export function takeFolderOwner(config: Pick<Config, 'dataDir'>): void {
  if (process.geteuid?.() !== 0) return
  const owner = databaseOwner(config) ?? (existsSync(config.dataDir) ? statSync(config.dataDir) : undefined)
  if (!owner || owner.uid === 0) return
  try {
    process.setgroups?.([owner.gid])
    process.setgid?.(owner.gid)
    process.setuid?.(owner.uid)
  } catch {
    throw new Misconfigured(`the data belongs to user ${owner.uid}; run the command as this user`)
  }
}
