import type { Static } from '@sinclair/typebox'
import { ConsentsPage } from '../../../templates/accounts/consents.tsx'
import type { App } from '../../app.ts'
import { type PageContext, pageRoutes, seeOther } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { consentHistory } from '../../privacy/consent/consent-ledger.ts'
import { answerOffer, changeableOffers, hasConsent } from '../../privacy/consent/consents.ts'
import type { Member } from '../access.ts'
import { ConsentForm } from '../input.ts'
import { forMember, sessionMemberOf } from '../member-page.ts'

/** The page of a member's consents. */
export function consentPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/consents', (context) => forMember(app, context, (member) => consentsPage(app, context, member)))
    .post('/account/consents', ({ body, request }) => submitConsent(app, request, body), { body: ConsentForm })
}

async function consentsPage(app: App, { request, html }: PageContext, { account }: Member) {
  const offers = await Promise.all(
    changeableOffers(app).map(async (offer) => ({ ...offer, given: await hasConsent(app, account, offer.purpose) })),
  )
  return html(<ConsentsPage view={viewOf(app, request)} offers={offers} history={await consentHistory(app, account)} />)
}

async function submitConsent(app: App, request: Request, form: Static<typeof ConsentForm>): Promise<Response> {
  await answerOffer(app, sessionMemberOf(request), form.purpose, form.answer)
  return seeOther(`${app.config.baseUrl}/account/consents`)
}
