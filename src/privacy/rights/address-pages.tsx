import { type Static, Type } from '@sinclair/typebox'
import { AddressLookUpPage, AddressRecordPage } from '../../../templates/privacy/address.tsx'
import { addressOf } from '../../accounts/input.ts'
import { messagePage, noMailNotice, privateView } from '../../accounts/link-pages.tsx'
import type { App } from '../../app.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, seeOther } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { eraseAddress, lookUpByAddress, peekAddress, requestAddressLookUp } from './look-up-by-address.ts'
import { rerenderLookUp } from './look-up-pages.tsx'

const closed = { additionalProperties: false } as const
const AddressForm = Type.Object({ email: Type.String({ maxLength: 320 }) }, closed)
const EraseForm = Type.Object(
  {
    code: Type.String({ maxLength: 64, rule: 'mailedCode' }),
    refusals: Type.Union([Type.Literal('keep'), Type.Literal('forget'), Type.Literal('all')], { rule: 'choice' }),
  },
  closed,
)

/** The pages on which the reader of a mailbox sees and erases the data about its address. */
export function addressLookUpPages(app: App) {
  return pageRoutes(app.config.basePath)
    .post('/privacy/here/address', ({ body, ...context }) => requestLookUp(app, context, body.email), {
      body: AddressForm,
    })
    .get('/privacy/here/sent', (context) =>
      messagePage(app, context, 'address.sentTitle', ['address.sent', ...noMailNotice(app)]),
    )
    .get('/privacy/here/address/:code', ({ params, ...context }) => linkPage(app, context, params.code))
    .post('/privacy/here/address/:code', ({ params, ...context }) => recordPage(app, context, params.code), {
      body: Type.Object({}, closed),
    })
    .post('/privacy/here/erase-address', ({ body, request }) => erase(app, request, body), { body: EraseForm })
}

function requestLookUp(app: App, context: PageContext, email: string): Promise<Awaited<Page>> {
  return rerenderLookUp(app, context, async () => {
    await requestAddressLookUp(app, contextOf(context.request).actor, addressOf(email))
    return seeOther(`${app.config.baseUrl}/privacy/here/sent`)
  })
}

async function linkPage(app: App, { html, request }: PageContext, code: string) {
  const view = privateView(app, request)
  const action = view.path(`/privacy/here/address/${code}`)
  return html(<AddressLookUpPage view={view} address={await peekAddress(app, code)} action={action} />)
}

async function recordPage(app: App, { html, request }: PageContext, code: string) {
  const props = await lookUpByAddress(app, contextOf(request).actor, code)
  return html(<AddressRecordPage view={viewOf(app, request)} {...props} />)
}

async function erase(app: App, request: Request, { code, refusals }: Static<typeof EraseForm>): Promise<Response> {
  await eraseAddress(app, contextOf(request).actor, code, refusals)
  return seeOther(`${app.config.baseUrl}/privacy/here/erased`)
}
