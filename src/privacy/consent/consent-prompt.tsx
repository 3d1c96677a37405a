import { type Static, Type } from '@sinclair/typebox'
import { ConsentPromptPage } from '../../../templates/privacy/consent-prompt.tsx'
import type { Member } from '../../accounts/access.ts'
import { forMember, sessionMemberOf } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { type Page, type PageContext, pageRoutes, seeOther } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { answerConsentPrompt, pendingOffers, type SubmittedOffer } from './consents.ts'

// For each purpose that was shown its version, and a tick where it was ticked; `answer` is the button.
const ConsentPromptForm = Type.Record(
  Type.String({ pattern: '^(?:answer|(?:seen|agree)_[a-z]+)$' }),
  Type.String({ maxLength: 8 }),
  { additionalProperties: false },
)

/** What is asked once after signing in: what is new to agree to. Until it is answered everything else works (P08). */
export function consentPromptPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/asked', (web) => forMember(app, web, (member) => consentPromptPage(app, web, member)))
    .post('/account/asked', ({ body, request }) => answer(app, request, body), { body: ConsentPromptForm })
}

function consentPromptPage(app: App, { request, html }: PageContext, { account }: Member): Page {
  const offers = pendingOffers(app, account)
  if (offers.length === 0) return seeOther(`${app.config.baseUrl}/`)
  return html(<ConsentPromptPage view={viewOf(app, request)} offers={offers} />)
}

async function answer(app: App, request: Request, form: Static<typeof ConsentPromptForm>): Promise<Response> {
  await answerConsentPrompt(app, sessionMemberOf(request), seenIn(form))
  return seeOther(`${app.config.baseUrl}/`)
}

// "No" is no to all, whatever was ticked before.
function seenIn({ answer, ...fields }: Static<typeof ConsentPromptForm>): SubmittedOffer[] {
  return Object.entries(fields)
    .filter(([name]) => name.startsWith('seen_'))
    .map(([name, version]) => {
      const purpose = name.slice('seen_'.length)
      return { purpose, version: Number(version), ticked: answer === 'agree' && `agree_${purpose}` in fields }
    })
}
