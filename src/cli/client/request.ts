import { CommandError } from '../../errors.ts'
import { second } from '../../time.ts'
import type { Fields } from './fields.ts'
import { errorFromResponse, isGatewayFailure } from './response-errors.ts'

/** One request to the JSON API; `repeat` is its own random word, by which it may be sent again and is carried out once. */
export interface ApiRequest {
  readonly server: string
  /** Behind /api/v3. */
  readonly path: string
  /** A POST where there is one, else a GET. */
  readonly body?: object
  readonly idempotencyKey?: string
}

const timeoutMs = 30 * second
const maxAttempts = 3

/** Asks an instance. A connection that drops is tried three times. Throws a CommandError that names the server, never the path. */
export async function sendRequest(question: ApiRequest): Promise<Fields> {
  for (let tries = 1; ; tries++) {
    try {
      return await sendOnce(question)
    } catch (error) {
      if (error instanceof CommandError) throw error
      if (tries === maxAttempts || (tries === 1 && isConnectionRefused(error)))
        throw unreachable(question.server, error)
      await Bun.sleep(tries * 500)
    }
  }
}

// Redirects are not followed: the answer would come from an address that nobody named, and the body has gone there too.
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

// A server that starts anew is worth waiting for only where it has taken the request already.
function isConnectionRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNREFUSED', 'ConnectionRefused'].includes(String(error.code))
}

function unreachable(server: string, error: unknown): CommandError {
  return new CommandError('unreachable', `cannot reach ${server}: ${reasonOf(error)}`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return 'no answer in time'
  if (isConnectionRefused(error)) return 'nobody listens there'
  return 'code' in error ? String(error.code) : error.message
}
