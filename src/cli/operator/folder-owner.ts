import { closeSync, constants, existsSync, fchownSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/options.ts'
import { databaseOwner, type Owner } from '../../database/open.ts'
import { Misconfigured } from '../../errors.ts'

type Location = Pick<Config, 'dataDir'>

/**
 * Takes the user and group of the database, or of the data directory, if the program runs as root and they are another
 * user's: what the command creates or changes then belongs to the user of the server. If this user cannot reach the folder,
 * the program stays root, and hands over the files at its end. Throws Misconfigured.
 */
export function takeFolderOwner(config: Location): void {
  if (process.geteuid?.() !== 0) return
  const owner = databaseOwner(config) ?? (existsSync(config.dataDir) ? statSync(config.dataDir) : undefined)
  if (!owner || owner.uid === 0) return
  try {
    if (canReach(config, owner)) become(owner)
    else process.once('exit', () => handOver(config, owner))
  } catch {
    throw new Misconfigured(`the data belongs to user ${owner.uid}; run the command as this user`)
  }
}

// With DynamicUser= of systemd, only root can pass through /var/lib/private.
function canReach({ dataDir }: Location, { uid, gid }: Owner): boolean {
  const groups = process.getgroups?.() ?? []
  process.setgroups?.([gid])
  process.setegid?.(gid)
  process.seteuid?.(uid)
  try {
    return statSync(`${dataDir}/.`).isDirectory()
  } catch {
    return false
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  }
}

function become({ uid, gid }: Owner): void {
  process.setgroups?.([gid])
  process.setgid?.(gid)
  process.setuid?.(uid)
}

// Only files that root has created in this folder: a link of the other user could lead to any other file.
function handOver({ dataDir }: Location, { uid, gid }: Owner): void {
  for (const name of readdirSync(dataDir)) {
    const file = openUnlinked(join(dataDir, name))
    if (file === undefined) continue
    const { uid: current, nlink } = fstatSync(file)
    if (current === 0 && nlink === 1) fchownSync(file, uid, gid)
    closeSync(file)
  }
}

function openUnlinked(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
}
