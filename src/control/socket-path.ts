import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/options.ts'

/** A path of the control socket that the system accepts. It is valid until it is disposed. */
export interface SocketPath extends Disposable {
  readonly path: string
}

// The bytes that fit into `sun_path`, without the zero at the end.
const maxPathBytes = process.platform === 'linux' ? 107 : 103

/**
 * Returns the path of the control socket of a data directory. A path that is longer than the system allows leads through an
 * open folder, which only Linux has. Returns undefined if the system has no such sockets, or the path is too long for it.
 */
export function openSocketPath({ dataDir }: Pick<Config, 'dataDir'>): SocketPath | undefined {
  const path = join(dataDir, 'control.sock')
  if (process.platform === 'win32') return undefined
  if (Buffer.byteLength(path) <= maxPathBytes) return { path, [Symbol.dispose]: () => {} }
  if (process.platform !== 'linux') return undefined
  const folder = openSync(dataDir, 'r')
  return { path: `/proc/self/fd/${folder}/control.sock`, [Symbol.dispose]: () => closeSync(folder) }
}
