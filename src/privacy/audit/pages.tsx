import { type Static, Type } from '@sinclair/typebox'
import { SupportPage, SupportRequestPage, SupportViewPage } from '../../../templates/privacy/grants.tsx'
import { type Member, requireOperator } from '../../accounts/access.ts'
import { lookUpAccount } from '../../accounts/account.ts'
import { NoFields } from '../../accounts/input.ts'
import { forMember, sessionMemberOf } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { listAccessLog, viewAccount } from './access-log.ts'
import { createGrant, endGrant, readActiveGrant } from './grants.ts'

const closed = { additionalProperties: false } as const
const GrantForm = Type.Object({ hours: Type.String({ maxLength: 3, rule: 'choice' }) }, closed)
const ViewForm = Type.Object({ account: Type.String({ maxLength: 320 }) }, closed)

/** The owner's page for support grants and the access log, and the operator's page for viewing an account (P03). */
export function grantPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/support', (context) => forMember(app, context, (member) => renderSupport(app, context, member)))
    .post('/account/support', ({ body, request }) => submitGrant(app, request, body), { body: GrantForm })
    .post('/account/support/end', ({ request }) => submitEnd(app, request), { body: NoFields })
    .get('/operator/support', (context) => forMember(app, context, () => renderRequest(app, context)))
    .post('/operator/support', ({ body, ...context }) => submitView(app, context, body), { body: ViewForm })
}

async function renderSupport(app: App, { request, html }: PageContext, { account }: Member): Promise<Awaited<Page>> {
  const props = {
    grant: await readActiveGrant(app, account),
    accessLog: await listAccessLog(app, account),
  }
  return html(<SupportPage view={viewOf(app, request)} {...props} />)
}

async function submitGrant(app: App, request: Request, { hours }: Static<typeof GrantForm>): Promise<Response> {
  await createGrant(app, sessionMemberOf(request), Number(hours))
  return seeOther(`${app.config.baseUrl}/account/support`)
}

async function submitEnd(app: App, request: Request): Promise<Response> {
  await endGrant(app, sessionMemberOf(request))
  return seeOther(`${app.config.baseUrl}/account/support`)
}

function renderRequest(app: App, context: PageContext, error?: AppError): Page {
  requireOperator(contextOf(context.request).actor)
  setErrorStatus(context, error)
  return context.html(<SupportRequestPage view={viewOf(app, context.request)} error={error && sentenceOf(error)} />)
}

// Viewing an account writes to its access log, so it is not a GET.
function submitView(app: App, context: PageContext, form: Static<typeof ViewForm>) {
  const { account: operator } = requireOperator(contextOf(context.request).actor)
  return rerenderOnError(
    (error) => renderRequest(app, context, error),
    async () => {
      const account = await lookUpAccount(app, form.account)
      if (!account) throw new AppError('field_invalid', { field: 'account' })
      const data = await viewAccount(app, account.id, { account: operator, way: 'page' })
      return context.html(
        <SupportViewPage view={viewOf(app, context.request)} userName={account.user_name} data={data} />,
      )
    },
  )
}
