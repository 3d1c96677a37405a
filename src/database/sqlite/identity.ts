import { statSync } from 'node:fs'

/**
 * Identifies a file by its inode and birth time. Both survive a move, a vacuum and copying over the file; a copy has others.
 * The device and the path are left out, because they change for innocent reasons. Null if there is no birth time: an inode
 * alone can be reused.
 */
export function identityOf(path: string): string | null {
  const { ino, birthtimeNs } = statSync(path, { bigint: true })
  return birthtimeNs > 0n ? `${ino}/${birthtimeNs}` : null
}
