import { CommandError } from '../../errors.ts'
import { second } from '../../time.ts'
import type { Fields } from './fields.ts'
import { errorFromResponse, isGatewayFailure } from './response-errors.ts'

/** A request to the JSON API. With an idempotency key it is carried out once, however often it is sent. */
export interface ApiRequest {
  readonly server: string
  /** The path below /api/v3. */
  readonly path: string
  /** The JSON body of a POST. Without one, the request is a GET. */
  readonly body?: object
  readonly idempotencyKey?: string
}

const timeoutMs = 30 * second
const maxAttempts = 3

/** Sends a request, three times at most if the connection fails. Throws a CommandError, which never contains the path. */
export async function sendRequest(request: ApiRequest): Promise<Fields> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(request)
    } catch (error) {
      if (error instanceof CommandError) throw error
      if (attempt === maxAttempts || (attempt === 1 && isConnectionRefused(error)))
        throw unreachable(request.server, error)
      await Bun.sleep(attempt * 500)
    }
  }
}

// Redirects are not followed: the body would be sent to an address that the user did not choose.
async function sendOnce({ server, path, body, idempotencyKey }: ApiRequest): Promise<Fields> {
  const response = await fetch(`${server}/api/v3${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const fields = response.status === 204 ? {} : parseObject(text)
  if (response.ok && fields) return fields
  if (isGatewayFailure(response.status, fields)) throw new Error(`status ${response.status}`)
  throw errorFromResponse(server, response.status, fields)
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

// A refused first connection is not retried: retries are for a server that restarts after it has received the request.
function isConnectionRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNREFUSED', 'ConnectionRefused'].includes(String(error.code))
}

function unreachable(server: string, error: unknown): CommandError {
  return new CommandError('unreachable', `cannot reach ${server}: ${reasonOf(error)}`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return 'no answer in time'
  if (isConnectionRefused(error)) return 'connection refused'
  return 'code' in error ? String(error.code) : error.message
}
