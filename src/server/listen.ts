import { existsSync, rmSync, statSync } from 'node:fs'
import type { App } from '../app.ts'
import { Misconfigured } from '../errors.ts'
import { bodyLimit, uploadLimit } from '../http/body.ts'
import { second } from '../time.ts'
import { withTimeout } from '../timeout.ts'
import type { RequestHandler } from './handler.ts'

const patience = 8 * second

/** Starts to listen as the configuration says; resolves once connections are accepted. Throws Misconfigured. */
export async function listen(app: App, answer: RequestHandler): Promise<Bun.Server<undefined>> {
  const { listen, tlsCert, tlsKey } = app.config
  const common = {
    development: false,
    maxRequestBodySize: Math.max(bodyLimit(app.config), uploadLimit) + 65_536,
    fetch: (request: Request, server: Bun.Server<undefined>) =>
      answer(request, server.requestIP(request)?.address ?? null),
    error: () => new Response('failed\n', { status: 500 }),
  }
  if (listen.kind === 'unix') {
    await clearTheWay(listen.path)
    return withMode(listen.mode, () => Bun.serve({ ...common, unix: listen.path }))
  }
  const tls = tlsCert && tlsKey ? { tls: { cert: Bun.file(tlsCert), key: Bun.file(tlsKey) } } : {}
  return Bun.serve({ ...common, ...tls, hostname: listen.host, port: listen.port, reusePort: false, idleTimeout: 10 })
}

/** Takes no more connections, lets requests in flight end, and ends those that do not within eight seconds. */
export async function stopListening(server: Bun.Server<undefined>): Promise<void> {
  await withTimeout(patience, server.stop())
  await server.stop(true)
}

// A socket that nobody answers on was left by a server that was killed. Anything else is not ours to remove.
async function clearTheWay(path: string): Promise<void> {
  if (!existsSync(path)) return
  if (!statSync(path).isSocket())
    throw new Misconfigured(`cannot listen on unix:${path}: something that is no socket is there`)
  if (await isAnswered(path))
    throw new Misconfigured(
      `cannot listen on unix:${path}: another program listens there; --listen names another address`,
    )
  rmSync(path, { force: true })
}

async function isAnswered(unix: string): Promise<boolean> {
  try {
    const socket = await Bun.connect({ unix, socket: { data: () => {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}

// The socket is made with its mode at once, so that nobody else can connect before it is narrowed.
function withMode<T>(mode: number, work: () => T): T {
  const before = process.umask(0o777 & ~mode)
  try {
    return work()
  } finally {
    process.umask(before)
  }
}
