import { type Static, Type } from '@sinclair/typebox'
import { UnsubscribePage } from '../../templates/mail/unsubscribe.tsx'
import type { App } from '../app.ts'
import { type PageContext, pageRoutes } from '../http/page.ts'
import { viewOf } from '../http/render.ts'
import { mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { readUnsubscribe, unsubscribe } from './unsubscribe.ts'

const UnsubscribeForm = Type.Object(
  {
    choice: Type.Optional(
      Type.Union([Type.Literal('kind'), Type.Literal('all'), Type.Literal('again')], { rule: 'choice' }),
    ),
    'List-Unsubscribe': Type.Optional(Type.Literal('One-Click')),
  },
  { additionalProperties: false },
)

interface UnsubscribeLink {
  readonly id: string
  readonly key: string
}

/** The unsubscribe page of every mail, for its reader and for one-click unsubscribe by mail programs (RFC 8058). */
export function unsubscribePages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/mail/stop/:id/:key', ({ params, ...context }) => unsubscribePage(app, context, params))
    .post('/mail/stop/:id/:key', ({ params, body, ...context }) => submit(app, context, params, body), {
      body: UnsubscribeForm,
    })
}

async function unsubscribePage(app: App, { request, html }: PageContext, { id, key }: UnsubscribeLink) {
  const state = await readUnsubscribe(app, id, key)
  // No theme switch: it returns by a redirect, which would put the key of this page into a form.
  const view = { ...viewOf(app, request), returnPath: undefined }
  const purpose = mailPurposes[state.purpose].wording
  return html(
    <UnsubscribePage view={view} state={state} purpose={purpose} action={view.path(`/mail/stop/${id}/${key}`)} />,
  )
}

async function submit(app: App, context: PageContext, link: UnsubscribeLink, form: Static<typeof UnsubscribeForm>) {
  await unsubscribe(app, link.id, link.key, form.choice ?? 'kind')
  // A mail program does not follow a redirect.
  if (form['List-Unsubscribe']) return unsubscribePage(app, context, link)
  const location = `${app.config.baseUrl}/mail/stop/${link.id}/${link.key}`
  return new Response(null, { status: 303, headers: { location } })
}
