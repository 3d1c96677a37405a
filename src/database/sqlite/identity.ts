import { existsSync, statSync } from 'node:fs'

/** A user and a group, by their numbers. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Returns the owner of a file; undefined if it does not exist. */
export function ownerOf(path: string): Owner | undefined {
  return existsSync(path) ? statSync(path) : undefined
}

/**
 * Identifies a file by its inode and birth time. Both survive a move, a vacuum and copying over the file; a copy has others.
 * The device and the path are left out, because they change for innocent reasons. Null if there is no birth time: an inode
 * alone can be reused.
 */
export function identityOf(path: string): string | null {
  const { ino, birthtimeNs } = statSync(path, { bigint: true })
  return birthtimeNs > 0n ? `${ino}/${birthtimeNs}` : null
}
