import type { App } from '../app.ts'
import { isApiRequest } from '../http/context.ts'
import { authenticateSession } from './session-authentication.ts'
import { authenticateToken } from './token-authentication.ts'

/**
 * Identifies the actor of a request: by API token on API paths, otherwise by session cookie. Pages ignore the
 * `Authorization` header, because a proxy may use it for its own login. Throws `token_invalid`, `slow_down`.
 */
export async function identify(app: App, request: Request): Promise<void> {
  if (request.headers.has('authorization') && isApiRequest(app, request)) await authenticateToken(app, request)
  else if (request.headers.has('cookie')) await authenticateSession(app, request)
}
