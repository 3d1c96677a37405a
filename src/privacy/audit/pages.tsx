import { type Static, Type } from '@sinclair/typebox'
import { SupportPage, SupportRequestPage, SupportViewPage } from '../../../templates/privacy/grants.tsx'
import { type Member, requireOperator } from '../../accounts/access.ts'
import { findAccount } from '../../accounts/account.ts'
import { NoFields } from '../../accounts/input.ts'
import { forMember, sessionMemberOf } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { listAccessLog, viewAccount } from './access-log.ts'
import { createGrant, endGrant, findActiveGrant } from './grants.ts'

const closed = { additionalProperties: false } as const
const GiveForm = Type.Object({ hours: Type.String({ maxLength: 3 }) }, closed)
const AskForm = Type.Object({ account: Type.String({ maxLength: 320 }) }, closed)

/** Support: where an owner gives and ends the grant and sees who looked, and where an operator looks. */
export function grantPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/support', (web) => forMember(app, web, (member) => supportPage(app, web, member)))
    .post('/account/support', ({ body, request }) => give(app, request, body), { body: GiveForm })
    .post('/account/support/end', ({ request }) => end(app, request), { body: NoFields })
    .get('/operator/support', (web) => forMember(app, web, () => askPage(app, web)))
    .post('/operator/support', ({ body, ...web }) => look(app, web, body), { body: AskForm })
}

function supportPage(app: App, { request, html }: PageContext, { account }: Member): Page {
  const props = { grant: findActiveGrant(app, account), accesses: listAccessLog(app, account) }
  return html(<SupportPage view={viewOf(app, request)} {...props} />)
}

async function give(app: App, request: Request, { hours }: Static<typeof GiveForm>): Promise<Response> {
  await createGrant(app, sessionMemberOf(request), Number(hours))
  return seeOther(`${app.config.baseUrl}/account/support`)
}

async function end(app: App, request: Request): Promise<Response> {
  await endGrant(app, sessionMemberOf(request))
  return seeOther(`${app.config.baseUrl}/account/support`)
}

function askPage(app: App, web: PageContext, error?: AppError): Page {
  requireOperator(contextOf(web.request).actor)
  setErrorStatus(web, error)
  return web.html(<SupportRequestPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

// To look is to write a line for the owner, so it is no GET.
function look(app: App, web: PageContext, form: Static<typeof AskForm>) {
  const { account: operator } = requireOperator(contextOf(web.request).actor)
  return rerenderOnError(
    (error) => askPage(app, web, error),
    async () => {
      const account = findAccount(app, form.account)
      if (!account) throw new AppError('field_invalid', { field: 'account' })
      const seen = await viewAccount(app, account.id, { account: operator, way: 'page' })
      return web.html(<SupportViewPage view={viewOf(app, web.request)} userName={account.user_name} seen={seen} />)
    },
  )
}
