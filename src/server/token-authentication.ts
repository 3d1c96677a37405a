import { findBearer } from '../accounts/tokens/tokens.ts'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { contextOf } from '../http/context.ts'

interface Credentials {
  readonly token: string
  readonly userName?: string
}

/**
 * Sets the actor of a request by the API token in its `Authorization` header; a cookie beside it is ignored. The error
 * is the same whether the user name or the token is wrong. Only failures consume the network's throttle, so that they
 * do not block a valid token from the same network. Throws `token_invalid`, `slow_down`.
 */
export async function authenticateToken(app: App, request: Request): Promise<void> {
  const context = contextOf(request)
  const credentials = credentialsOf(request.headers.get('authorization') ?? '')
  const bearer = credentials && (await findBearer(app, credentials.token, credentials.userName))
  if (bearer) {
    context.actor = { ...context.actor, ...bearer }
    return
  }
  app.throttle.consume('token', 'token', context.actor.network)
  throw new AppError('token_invalid')
}

// Tokens in URLs are never read, because URLs end up in logs and browser histories.
function credentialsOf(header: string): Credentials | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +([\w.~+/=-]{1,2048})$/i.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return { token: value }
  if (scheme.toLowerCase() !== 'basic') return undefined
  const [, userName, token] = /^([^:]*):(.*)$/s.exec(decodeBase64(value)) ?? []
  return userName === undefined || token === undefined ? undefined : { userName, token }
}

function decodeBase64(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
