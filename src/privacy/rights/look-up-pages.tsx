import { Type } from '@sinclair/typebox'
import { ErasedPage, LinkRecordPage } from '../../../templates/privacy/look-up.tsx'
import { YourPrivacyPage } from '../../../templates/privacy/your-privacy.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { inventory } from '../inventory/inventory.ts'
import { eraseByLink, lookUpByLink } from './look-up-by-link.ts'

const KeyForm = Type.Object({ link: Type.String({ maxLength: 2000 }) }, { additionalProperties: false })

/** The pages that list the privacy rights (P32), and look up and erase data by a link; no account is needed. */
export function lookUpPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/privacy/here', (context) => lookUpPage(app, context))
    .post('/privacy/here/link', ({ body, ...context }) => recordPage(app, context, body.link), { body: KeyForm })
    .post('/privacy/here/erase', ({ body, ...context }) => erase(app, context, body.link), { body: KeyForm })
    .get('/privacy/here/erased', ({ html, request }) => html(<ErasedPage view={viewOf(app, request)} />))
}

/** Renders the page of privacy rights, with the error of the form that was submitted, if any. */
export function lookUpPage(app: App, context: PageContext, error?: AppError): Page {
  setErrorStatus(context, error)
  return context.html(<YourPrivacyPage view={viewOf(app, context.request)} error={error && sentenceOf(error)} />)
}

// The response to a POST, so that the key never appears in a URL.
function recordPage(app: App, context: PageContext, input: string): Promise<Awaited<Page>> {
  return rerenderLookUp(app, context, async () => {
    const { actor } = contextOf(context.request)
    const { secret, receipt } = inventory
    const tables = { secret, receipt }
    return context.html(
      <LinkRecordPage
        view={viewOf(app, context.request)}
        record={await lookUpByLink(app, actor, input)}
        tables={tables}
      />,
    )
  })
}

function erase(app: App, context: PageContext, input: string): Promise<Awaited<Page>> {
  return rerenderLookUp(app, context, async () => {
    await eraseByLink(app, contextOf(context.request).actor, input)
    return seeOther(`${app.config.baseUrl}/privacy/here/erased`)
  })
}

/** Runs an action of the page and renders the page again with the error if it fails. */
export function rerenderLookUp(
  app: App,
  context: PageContext,
  action: () => Promise<Awaited<Page>>,
): Promise<Awaited<Page>> {
  return rerenderOnError((error) => lookUpPage(app, context, error), action)
}
