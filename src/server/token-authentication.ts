import { findBearer } from '../accounts/tokens/tokens.ts'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { contextOf } from '../http/context.ts'

interface Credentials {
  readonly token: string
  readonly user?: string
}

/**
 * Finds out whose request this is, by its API token, whatever cookie it has beside it. Whoever says who they are and
 * is not gets the same answer, whichever part was wrong; only what was wrong counts as a guess, so that nobody's slips
 * stop a neighbour's good token. Throws `token_invalid`, `slow_down`.
 */
export async function authenticateToken(app: App, request: Request): Promise<void> {
  const visit = contextOf(request)
  const given = credentialsOf(request.headers.get('authorization') ?? '')
  const bearer = given && (await findBearer(app, given.token, given.user))
  if (bearer) {
    visit.actor = { ...visit.actor, ...bearer }
    return
  }
  app.throttle.consume('token', 'token', visit.actor.network)
  throw new AppError('token_invalid')
}

// A token in an address is never read: it would stand in logs and histories.
function credentialsOf(header: string): Credentials | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +([\w.~+/=-]{1,2048})$/i.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return { token: value }
  if (scheme.toLowerCase() !== 'basic') return undefined
  const [, user, token] = /^([^:]*):(.*)$/s.exec(decoded(value)) ?? []
  return user === undefined || token === undefined ? undefined : { user, token }
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
