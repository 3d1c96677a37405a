import type { App } from '../app.ts'
import { AppError, CommandError, type ErrorCode, type Facts, systemErrorCode } from '../errors.ts'
import { type OperationName, type Operations, operations } from './operations.ts'
import { openSocketPath } from './socket-path.ts'

/**
 * Performs an operation in the server that runs on the data directory, or with `app` if none is running. Throws the errors of
 * the operation, and a CommandError if the server cannot be used.
 */
export async function perform<Name extends OperationName>(
  app: App,
  name: Name,
  input: Operations[Name]['input'],
): Promise<Operations[Name]['result']> {
  const response = await request(app, name, input)
  if (response) return (await readResult(response)) as Operations[Name]['result']
  return operations[name](app, input)
}

// Undefined if no server listens. Once a request was sent, only its response says whether the operation was performed.
async function request(app: App, name: OperationName, input: unknown): Promise<Response | undefined> {
  using location = openSocketPath(app.config)
  if (!location) return undefined
  try {
    const body = JSON.stringify(input)
    return await fetch(`http://localhost/${name}`, { unix: location.path, method: 'POST', body, timeout: false })
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined
    throw new CommandError('unreachable', `no answer from the running server (${code}); check the result and repeat`)
  }
}

async function readResult(response: Response): Promise<unknown> {
  if (response.status === 404)
    throw new CommandError('misconfigured', 'the running server is of another version; restart it and repeat')
  const { result, code, facts } = (await response.json()) as { result?: unknown; code: ErrorCode; facts?: Facts }
  if (!response.ok) throw new AppError(code, facts)
  return result
}
