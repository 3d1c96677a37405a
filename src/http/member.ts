import { type Member, requireAccount } from '../accounts/access.ts'
import { pathOfHalf } from '../accounts/sign-in.ts'
import type { App } from '../app.ts'
import { visitOf } from './visit.ts'
import type { Page, Web } from './web.ts'
import { seeOther } from './web.ts'

/** A page for who is signed in. Anybody else is sent to sign in, or to go on with it. */
export function forMember(app: App, { request }: Web, page: (member: Member) => Page): Page {
  const { actor, half } = visitOf(request)
  if (actor.account !== null) return page(requireAccount(actor))
  return seeOther(app.config.baseUrl + (half ? pathOfHalf(app, half) : '/sign-in'))
}
