import { type Member, requireSession } from '../accounts/access.ts'
import { pathOfHalf } from '../accounts/sign-in.ts'
import type { App } from '../app.ts'
import { visitOf } from './visit.ts'
import { type Page, seeOther, type Web } from './web.ts'

/** A page for who is signed in. Anybody else is sent to sign in, or to go on with it. */
export function forMember(app: App, { request }: Web, page: (member: Member) => Page): Page {
  const { actor, half } = visitOf(request)
  if (actor.session !== null) return page(requireSession(actor))
  return seeOther(app.config.baseUrl + (half ? pathOfHalf(app, half) : '/sign-in'))
}
