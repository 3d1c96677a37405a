import { Type } from '@sinclair/typebox'
import { ErasedPage, HeldPage } from '../../../templates/privacy/look-up.tsx'
import { YourPrivacyPage } from '../../../templates/privacy/your-privacy.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { visitOf } from '../../http/context.ts'
import { orAgain, type Page, sayWhatWentWrong, seeOther, type Web, web } from '../../http/page.ts'
import { eraseHeld, heldUnder } from './look-up-by-link.ts'
import { inventory } from '../inventory/inventory.ts'

const KeyForm = Type.Object({ link: Type.String({ maxLength: 2000 }) }, { additionalProperties: false })

/** Every right with what exercises it (P32), for people without an account too: translation only. */
export function herePages(app: App) {
  return web(app.config.basePath)
    .get('/privacy/here', (web) => herePage(app, web))
    .post('/privacy/here/link', ({ body, ...web }) => held(app, web, body.link), { body: KeyForm })
    .post('/privacy/here/erase', ({ body, ...web }) => erase(app, web, body.link), { body: KeyForm })
    .get('/privacy/here/erased', ({ html, request }) => html(<ErasedPage view={viewOf(app, request)} />))
}

/** The page of one's rights, with why a form on it came back. */
export function herePage(app: App, web: Web, error?: AppError): Page {
  sayWhatWentWrong(web, error)
  return web.html(<YourPrivacyPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

// The answer to a form, never a page of its own: a key that was typed in stands in no address.
function held(app: App, web: Web, typed: string): Promise<Awaited<Page>> {
  return orHere(app, web, async () => {
    const { actor } = visitOf(web.request)
    const { secret, receipt } = inventory
    const tables = { secret, receipt }
    return web.html(<HeldPage view={viewOf(app, web.request)} held={heldUnder(app, actor, typed)} tables={tables} />)
  })
}

function erase(app: App, web: Web, typed: string): Promise<Awaited<Page>> {
  return orHere(app, web, async () => {
    await eraseHeld(app, visitOf(web.request).actor, typed)
    return seeOther(`${app.config.baseUrl}/privacy/here/erased`)
  })
}

/** What cannot be done comes back with the page. */
export function orHere(app: App, web: Web, work: () => Promise<Awaited<Page>>): Promise<Awaited<Page>> {
  return orAgain((error) => herePage(app, web, error), work)
}
