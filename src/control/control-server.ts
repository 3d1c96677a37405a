import type { App } from '../app.ts'
import { AppError, systemErrorCode } from '../errors.ts'
import { second } from '../time.ts'
import { withTimeout } from '../timeout.ts'
import { type OperationName, type Operations, operations, whileSuspended } from './operations.ts'
import { openSocketPath, type SocketPath } from './socket-path.ts'
import { openSocketAt } from './unix-socket.ts'

const shutdownTimeoutMs = 10 * second

/** The control socket of a running server. Closing it waits up to ten seconds for operations, and can be repeated. */
export type ControlServer = AsyncDisposable

/**
 * Opens the control socket in the data directory, for commands of its owner (mode 0600). Returns instead a reason in words
 * if that is not possible, for example because another server of the same data directory has it.
 */
export async function openControlServer(app: App): Promise<ControlServer | string> {
  const location = openSocketPath(app.config)
  if (!location) return 'its path is too long for this system, or the system has no such sockets'
  const opened = await listenAt(app, location)
  if (typeof opened === 'string') location[Symbol.dispose]()
  return opened
}

async function listenAt(app: App, location: SocketPath): Promise<ControlServer | string> {
  try {
    const server = await openSocketAt(location.path, 0o600, () => serveOperations(app, location.path))
    if (server === 'in use') return 'another server of this data directory has it'
    if (server === 'not a socket') return 'the file control.sock is not a socket'
    let closed: Promise<void> | undefined
    return {
      [Symbol.asyncDispose]: () => {
        closed ??= close(server, location)
        return closed
      },
    }
  } catch (error) {
    return systemErrorCode(error)
  }
}

async function close(server: Bun.Server<undefined>, location: SocketPath): Promise<void> {
  await withTimeout(shutdownTimeoutMs, server.stop())
  await server.stop(true)
  location[Symbol.dispose]()
}

function serveOperations(app: App, unix: string): Bun.Server<undefined> {
  return Bun.serve({
    unix,
    development: false,
    fetch: (request) => respond(app, request),
    error: () => Response.json({ code: 'failed' }, { status: 500 }),
  })
}

async function respond(app: App, request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.slice(1)
  if (!isOperation(name)) return new Response(null, { status: 404 })
  try {
    if (app.continuation.suspension && !whileSuspended.includes(name)) throw new AppError('suspended')
    return Response.json({ result: await perform(app, name, (await request.json()) as never) })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return Response.json({ code: error.code, facts: error.facts }, { status: 422 })
  }
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name)
}

async function perform<Name extends OperationName>(app: App, name: Name, input: Operations[Name]['input']) {
  return operations[name](app, input)
}
