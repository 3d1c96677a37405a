import { type Member, requireAccount, requireSession } from './access.ts'
import { pathOfHalf } from './sign-in/sign-in.ts'
import type { App } from '../app.ts'
import { visitOf } from '../http/context.ts'
import { type Page, seeOther, type Web } from '../http/page.ts'

/** The member behind a request, by session or token. Throws `sign_in_required`. */
export function memberOf(request: Request): Member {
  return requireAccount(visitOf(request).actor)
}

/** The member behind a request from a signed-in browser; a token is refused. Throws `sign_in_required`. */
export function sessionMemberOf(request: Request): Member {
  return requireSession(visitOf(request).actor)
}

/** A page for who is signed in. Anybody else is sent to sign in, or to go on with it. */
export function forMember(app: App, { request }: Web, page: (member: Member) => Page): Page {
  const { actor, half } = visitOf(request)
  if (actor.session !== null) return page(requireSession(actor))
  return seeOther(app.config.baseUrl + (half ? pathOfHalf(app, half) : '/sign-in'))
}
