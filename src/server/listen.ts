import type { App } from '../app.ts'
import { openSocketAt } from '../control/unix-socket.ts'
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
    const server = await openSocketAt(listen.path, listen.mode, () => Bun.serve({ ...common, unix: listen.path }))
    if (server === 'not a socket')
      throw new Misconfigured(`cannot listen on unix:${listen.path}: the file is not a socket`)
    if (server === 'in use')
      throw new Misconfigured(
        `cannot listen on unix:${listen.path}: the address is in use; choose another one with --listen`,
      )
    return server
  }
  const tls = tlsCert && tlsKey ? { tls: { cert: Bun.file(tlsCert), key: Bun.file(tlsKey) } } : {}
  return Bun.serve({ ...common, ...tls, hostname: listen.host, port: listen.port, reusePort: false, idleTimeout: 10 })
}

/** Stops accepting connections, waits up to eight seconds for open requests, and closes the rest. */
export async function stopListening(server: Bun.Server<undefined>): Promise<void> {
  await withTimeout(shutdownTimeoutMs, server.stop())
  await server.stop(true)
}
