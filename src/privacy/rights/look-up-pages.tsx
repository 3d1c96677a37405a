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

/** Every right with what exercises it (P32), for people without an account too: translation only. */
export function lookUpPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/privacy/here', (web) => lookUpPage(app, web))
    .post('/privacy/here/link', ({ body, ...web }) => held(app, web, body.link), { body: KeyForm })
    .post('/privacy/here/erase', ({ body, ...web }) => erase(app, web, body.link), { body: KeyForm })
    .get('/privacy/here/erased', ({ html, request }) => html(<ErasedPage view={viewOf(app, request)} />))
}

/** The page of one's rights, with why a form on it came back. */
export function lookUpPage(app: App, web: PageContext, error?: AppError): Page {
  setErrorStatus(web, error)
  return web.html(<YourPrivacyPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

// The answer to a form, never a page of its own: a key that was typed in stands in no address.
function held(app: App, web: PageContext, typed: string): Promise<Awaited<Page>> {
  return rerenderLookUp(app, web, async () => {
    const { actor } = contextOf(web.request)
    const { secret, receipt } = inventory
    const tables = { secret, receipt }
    return web.html(
      <LinkRecordPage view={viewOf(app, web.request)} record={lookUpByLink(app, actor, typed)} tables={tables} />,
    )
  })
}

function erase(app: App, web: PageContext, typed: string): Promise<Awaited<Page>> {
  return rerenderLookUp(app, web, async () => {
    await eraseByLink(app, contextOf(web.request).actor, typed)
    return seeOther(`${app.config.baseUrl}/privacy/here/erased`)
  })
}

/** What cannot be done comes back with the page. */
export function rerenderLookUp(app: App, web: PageContext, work: () => Promise<Awaited<Page>>): Promise<Awaited<Page>> {
  return rerenderOnError((error) => lookUpPage(app, web, error), work)
}
