import type { App } from '../../app.ts'
import { contextOf } from '../../http/context.ts'
import { redirectSignedIn } from '../sessions/session-cookie.ts'
import { nextStepPath, type SignInResult } from './sign-in.ts'

/** Sets the cookie of a new session and redirects the browser to its next step. */
export function continueSignIn(app: App, { token, next }: SignInResult): Response {
  return redirectSignedIn(app, token, nextStepPath[next])
}

/** Returns the hash of the session that a browser already has, with MFA complete or pending; null without one. */
export function previousSession(request: Request): Uint8Array | null {
  const { actor, pendingMfa } = contextOf(request)
  return actor.session ?? pendingMfa?.lookup ?? null
}
