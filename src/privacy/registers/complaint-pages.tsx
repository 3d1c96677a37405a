import { type Static, Type } from '@sinclair/typebox'
import {
  DisclosurePage,
  MessageFormPage,
  MessagePage,
  maxMessageLength,
} from '../../../templates/privacy/complaints.tsx'
import { TransparencyPage } from '../../../templates/privacy/transparency.tsx'
import { addressOf } from '../../accounts/input.ts'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { parseId } from '../../http/path-id.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { listAnnouncements } from './announcements.ts'
import { type Message, readMessage, submitMessage } from './complaints.ts'
import { readDisclosureNotice } from './disclosure-notices.ts'
import { requireText } from './input.ts'
import { createTransparencyReport } from './transparency.ts'

const MessageForm = Type.Object(
  {
    body: Type.String({ maxLength: maxMessageLength, rule: 'message' }),
    email: Type.Optional(Type.String({ maxLength: 320 })),
  },
  { additionalProperties: false },
)

/** The pages to contact the operator and to follow up, and the transparency report; no account is needed. */
export function complaintPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/complaint', (context) => formPage(app, context, 'complaint'))
    .post('/complaint', ({ body, ...context }) => send(app, context, 'complaint', body), { body: MessageForm })
    .get('/feedback', (context) => formPage(app, context, 'feedback'))
    .post('/feedback', ({ body, ...context }) => send(app, context, 'feedback', body), { body: MessageForm })
    .get('/messages/:number/:code', ({ params, ...context }) => messagePage(app, context, params))
    .get('/disclosures/:number/:code', ({ params, ...context }) => disclosurePage(app, context, params))
    .get('/transparency', async ({ html, request }) => {
      const props = { report: await createTransparencyReport(app), announcements: await listAnnouncements(app) }
      return html(<TransparencyPage view={viewOf(app, request)} {...props} />)
    })
}

function formPage(
  app: App,
  context: PageContext,
  kind: Message['kind'],
  input?: Static<typeof MessageForm>,
  error?: AppError,
) {
  setErrorStatus(context, error)
  const props = { kind, input: input && { email: '', ...input }, error: error && sentenceOf(error) }
  return context.html(<MessageFormPage view={viewOf(app, context.request)} {...props} />)
}

function send(app: App, context: PageContext, kind: Message['kind'], form: Static<typeof MessageForm>) {
  return rerenderOnError(
    (error) => formPage(app, context, kind, form, error),
    async () => {
      const { actor } = contextOf(context.request)
      const address = form.email ? addressOf(form.email) : undefined
      const body = requireText(form.body, { field: 'body', rule: 'message', max: maxMessageLength })
      const path = await submitMessage(app, actor, { kind, body, address })
      return seeOther(app.config.baseUrl + path)
    },
  )
}

async function messagePage(
  app: App,
  { html, request }: PageContext,
  { number, code }: { number: string; code: string },
) {
  const message = await readMessage(app, parseId(number), code)
  return html(<MessagePage view={{ ...viewOf(app, request), returnPath: undefined }} message={message} />)
}

async function disclosurePage(
  app: App,
  { html, request }: PageContext,
  { number, code }: { number: string; code: string },
) {
  const notice = await readDisclosureNotice(app, parseId(number), code)
  return html(<DisclosurePage view={{ ...viewOf(app, request), returnPath: undefined }} notice={notice} />)
}
