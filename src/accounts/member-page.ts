import type { ActiveSession } from '../actor.ts'
import type { App } from '../app.ts'
import { contextOf } from '../http/context.ts'
import { type Page, type PageContext, seeOther } from '../http/page.ts'
import { type Member, requireAccount, requireSession } from './access.ts'
import { hasMfa } from './mfa/mfa-status.ts'
import { nextStepPath } from './sign-in/sign-in.ts'

/** Returns the member who made a request, by session or API token. Throws `sign_in_required`. */
export function memberOf(request: Request): Member {
  return requireAccount(contextOf(request).actor)
}

/** Returns the member who made a request with a session; refuses API tokens. Throws `sign_in_required`. */
export function sessionMemberOf(request: Request): Member {
  return requireSession(contextOf(request).actor)
}

/** Renders a page for the signed-in member; redirects other clients to sign in, or to their pending second factor. */
export async function forMember(
  app: App,
  { request }: PageContext,
  page: (member: Member) => Page,
): Promise<Awaited<Page>> {
  const { actor, pendingMfa } = contextOf(request)
  if (actor.session !== null) return page(requireSession(actor))
  return seeOther(app.config.baseUrl + (pendingMfa ? await pendingMfaPath(app, pendingMfa) : '/sign-in'))
}

async function pendingMfaPath(app: App, { account }: ActiveSession): Promise<string> {
  return nextStepPath[(await hasMfa(app, account)) ? 'mfa' : 'enrol-mfa']
}
