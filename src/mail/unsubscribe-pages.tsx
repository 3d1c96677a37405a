import { type Static, Type } from '@sinclair/typebox'
import { UnsubscribePage } from '../../templates/mail/unsubscribe.tsx'
import type { App } from '../app.ts'
import { type PageContext, pageRoutes } from '../http/page.ts'
import { viewOf } from '../http/render.ts'
import { mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { readUnsubscribe, unsubscribe } from './unsubscribe.ts'

const StopBody = Type.Object(
  {
    wish: Type.Optional(Type.Union([Type.Literal('kind'), Type.Literal('all'), Type.Literal('again')])),
    'List-Unsubscribe': Type.Optional(Type.Literal('One-Click')),
  },
  { additionalProperties: false },
)
interface Link {
  readonly id: string
  readonly key: string
}

/** The page behind the last line of every mail, for its reader and for a mail program (RFC 8058). */
export function mailPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/mail/stop/:id/:key', ({ params, ...web }) => stopPage(app, web, params))
    .post('/mail/stop/:id/:key', ({ params, body, ...web }) => stop(app, web, params, body), { body: StopBody })
}

function stopPage(app: App, { request, html }: PageContext, { id, key }: Link) {
  const stop = readUnsubscribe(app, id, key)
  // No choice of colours here: it leads back to plain paths only, and this one is for who has the mail.
  const view = { ...viewOf(app, request), here: undefined }
  const purpose = mailPurposes[stop.purpose].wording
  return html(
    <UnsubscribePage view={view} stop={stop} purpose={purpose} action={view.path(`/mail/stop/${id}/${key}`)} />,
  )
}

// A mail program does not follow a redirect, so it is told at once.
async function stop(app: App, web: PageContext, link: Link, body: Static<typeof StopBody>) {
  await unsubscribe(app, link.id, link.key, body.wish ?? 'kind')
  if (body['List-Unsubscribe']) return stopPage(app, web, link)
  const location = `${app.config.baseUrl}/mail/stop/${link.id}/${link.key}`
  return new Response(null, { status: 303, headers: { location } })
}
