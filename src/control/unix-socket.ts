import { existsSync, rmSync, statSync } from 'node:fs'

/** Why a socket cannot be opened at a path. */
export type Obstacle = 'in use' | 'not a socket'

/**
 * Opens a socket at `path` with `open`, with its mode from the start. A socket on which no program listens was left by a
 * server that was killed, and is replaced; anything else at the path is kept, and returned as the obstacle.
 */
export async function openSocketAt<T>(path: string, mode: number, open: () => T): Promise<T | Obstacle> {
  const obstacle = await removeStaleSocket(path)
  return obstacle ?? withMode(mode, open)
}

async function removeStaleSocket(path: string): Promise<Obstacle | undefined> {
  if (!existsSync(path)) return undefined
  if (!statSync(path).isSocket()) return 'not a socket'
  if (await isListening(path)) return 'in use'
  rmSync(path, { force: true })
  return undefined
}

async function isListening(unix: string): Promise<boolean> {
  try {
    const socket = await Bun.connect({ unix, socket: { data: () => {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}

// With the umask, the socket has its mode from the start: changing it later would let others connect in between.
function withMode<T>(mode: number, work: () => T): T {
  const before = process.umask(0o777 & ~mode)
  try {
    return work()
  } finally {
    process.umask(before)
  }
}
