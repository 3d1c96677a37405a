import { existsSync, rmSync, statSync } from 'node:fs'
import type { App } from '../app.ts'
import { Misconfigured } from '../errors.ts'
import { bodyLimit, uploadLimit } from '../http/body.ts'
import { second } from '../time.ts'
import { withTimeout } from '../timeout.ts'
import type { RequestHandler } from './handler.ts'

const shutdownTimeoutMs = 8 * second

/** Listens on the configured address or unix socket; resolves when connections are accepted. Throws Misconfigured. */
export async function listen(app: App, handle: RequestHandler): Promise<Bun.Server<undefined>> {
  const { listen, tlsCert, tlsKey } = app.config
  const common = {
    development: false,
    maxRequestBodySize: Math.max(bodyLimit(app.config), uploadLimit) + 65_536,
    fetch: (request: Request, server: Bun.Server<undefined>) =>
      handle(request, server.requestIP(request)?.address ?? null),
    error: () => new Response('failed\n', { status: 500 }),
  }
  if (listen.kind === 'unix') {
    await removeStaleSocket(listen.path)
    return withMode(listen.mode, () => Bun.serve({ ...common, unix: listen.path }))
  }
  const tls = tlsCert && tlsKey ? { tls: { cert: Bun.file(tlsCert), key: Bun.file(tlsKey) } } : {}
  return Bun.serve({ ...common, ...tls, hostname: listen.host, port: listen.port, reusePort: false, idleTimeout: 10 })
}

/** Stops accepting connections, waits up to eight seconds for open requests, and closes the rest. */
export async function stopListening(server: Bun.Server<undefined>): Promise<void> {
  await withTimeout(shutdownTimeoutMs, server.stop())
  await server.stop(true)
}

// A socket on which no program listens was left by a server that was killed. Anything else is kept.
async function removeStaleSocket(path: string): Promise<void> {
  if (!existsSync(path)) return
  if (!statSync(path).isSocket()) throw new Misconfigured(`cannot listen on unix:${path}: the file is not a socket`)
  if (await isListening(path))
    throw new Misconfigured(`cannot listen on unix:${path}: the address is in use; choose another one with --listen`)
  rmSync(path, { force: true })
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
