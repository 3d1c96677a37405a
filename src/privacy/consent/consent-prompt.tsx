import { type Static, Type } from '@sinclair/typebox'
import { ConsentPromptPage } from '../../../templates/privacy/consent-prompt.tsx'
import type { Member } from '../../accounts/access.ts'
import { forMember, sessionMemberOf } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { type PageContext, pageRoutes, seeOther } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { answerConsentPrompt, pendingOffers, type SubmittedOffer } from './consents.ts'

// `seen_<purpose>` is the version that was shown, `agree_<purpose>` a ticked box, `answer` the button.
const ConsentPromptForm = Type.Record(
  Type.String({ pattern: '^(?:answer|(?:seen|agree)_[a-z]+)$' }),
  Type.String({ maxLength: 8 }),
  { additionalProperties: false },
)

/** The page that asks once after sign-in for new or changed consents. It blocks nothing else (P08). */
export function consentPromptPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/asked', (context) => forMember(app, context, (member) => consentPromptPage(app, context, member)))
    .post('/account/asked', ({ body, request }) => submitAnswer(app, request, body), { body: ConsentPromptForm })
}

async function consentPromptPage(app: App, { request, html }: PageContext, { account }: Member) {
  const offers = await pendingOffers(app, account)
  if (offers.length === 0) return seeOther(`${app.config.baseUrl}/`)
  return html(<ConsentPromptPage view={viewOf(app, request)} offers={offers} />)
}

async function submitAnswer(app: App, request: Request, form: Static<typeof ConsentPromptForm>): Promise<Response> {
  await answerConsentPrompt(app, sessionMemberOf(request), submittedOffers(form))
  return seeOther(`${app.config.baseUrl}/`)
}

// The "no" button refuses everything, even if boxes are ticked.
function submittedOffers({ answer, ...fields }: Static<typeof ConsentPromptForm>): SubmittedOffer[] {
  return Object.entries(fields)
    .filter(([name]) => name.startsWith('seen_'))
    .map(([name, version]) => {
      const purpose = name.slice('seen_'.length)
      return { purpose, version: Number(version), isTicked: answer === 'agree' && `agree_${purpose}` in fields }
    })
}
