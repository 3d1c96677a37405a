import type { Static } from '@sinclair/typebox'
import { SessionsPage } from '../../../templates/accounts/sessions.tsx'
import type { App } from '../../app.ts'
import { type PageContext, pageRoutes, seeOther } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import type { Member } from '../access.ts'
import { EndSessionForm, NoFields } from '../input.ts'
import { forMember, sessionMemberOf } from '../member-page.ts'
import { endOtherSessions, endOwnSession, listSessions } from './sessions.ts'

/** The pages of a member's sessions. */
export function sessionPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/sessions', (context) => forMember(app, context, (member) => sessionsPage(app, context, member)))
    .post('/account/sessions/end', ({ body, request }) => endOne(app, request, body), { body: EndSessionForm })
    .post('/account/sessions/end-others', ({ request }) => endOthers(app, request), { body: NoFields })
}

async function sessionsPage(app: App, { request, html }: PageContext, { account, session }: Member) {
  const current = session === null ? '' : session.toHex()
  return html(
    <SessionsPage view={viewOf(app, request)} sessions={await listSessions(app, account)} current={current} />,
  )
}

async function endOne(app: App, request: Request, { session }: Static<typeof EndSessionForm>): Promise<Response> {
  await endOwnSession(app, sessionMemberOf(request), session)
  return seeOther(`${app.config.baseUrl}/account/sessions`)
}

async function endOthers(app: App, request: Request): Promise<Response> {
  await endOtherSessions(app, sessionMemberOf(request))
  return seeOther(`${app.config.baseUrl}/account/sessions`)
}
