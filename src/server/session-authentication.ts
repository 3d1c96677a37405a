import { findSession } from '../accounts/sessions.ts'
import type { App } from '../app.ts'
import { contextOf } from '../http/context.ts'
import { readCookie, sessionCookie } from '../http/cookies.ts'

/** Sets the actor of a request by its session cookie. A session that is pending MFA does not identify anyone. */
export async function authenticateSession(app: App, request: Request): Promise<void> {
  const token = readCookie(request, sessionCookie(app.config))
  const session = token === undefined ? undefined : await findSession(app, token)
  if (!session) return
  const context = contextOf(request)
  if (!session.mfaComplete) context.pendingMfa = session
  else context.actor = { ...context.actor, account: session.account, role: session.role, session: session.lookup }
}
