import type { App } from '../app.ts'
import { contextOf } from '../http/context.ts'
import { type Page, type PageContext, seeOther } from '../http/page.ts'
import { type Member, requireAccount, requireSession } from './access.ts'
import { pendingMfaPath } from './sign-in/sign-in.ts'

/** The member behind a request, by session or token. Throws `sign_in_required`. */
export function memberOf(request: Request): Member {
  return requireAccount(contextOf(request).actor)
}

/** The member behind a request from a signed-in browser; a token is refused. Throws `sign_in_required`. */
export function sessionMemberOf(request: Request): Member {
  return requireSession(contextOf(request).actor)
}

/** A page for who is signed in. Anybody else is sent to sign in, or to go on with it. */
export function forMember(app: App, { request }: PageContext, page: (member: Member) => Page): Page {
  const { actor, pendingMfa } = contextOf(request)
  if (actor.session !== null) return page(requireSession(actor))
  return seeOther(app.config.baseUrl + (pendingMfa ? pendingMfaPath(app, pendingMfa) : '/sign-in'))
}
