import type { App } from '../app.ts'
import { isApiRequest } from '../http/context.ts'
import { authenticateSession } from './session-authentication.ts'
import { authenticateToken } from './token-authentication.ts'

/**
 * Identifies the actor of a request: by API token on API paths, otherwise by session cookie. Pages ignore the
 * `Authorization` header, because a proxy may use it for its own login. Identifies no one while the instance is suspended,
 * because a session or token may have been ended since the copy was made. Throws `token_invalid`, `slow_down`.
 */
export async function identify(app: App, request: Request): Promise<void> {
  if (app.continuation.suspension) return
  if (request.headers.has('authorization') && isApiRequest(app, request)) await authenticateToken(app, request)
  else if (request.headers.has('cookie')) await authenticateSession(app, request)
}
