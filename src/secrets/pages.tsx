import { type Static, Type } from '@sinclair/typebox'
import { renderSVG } from 'uqr'
import { CreatePage } from '../../templates/secrets/create.tsx'
import { GeneratedPage, GeneratePage } from '../../templates/secrets/generate.tsx'
import { ReceiptPage } from '../../templates/secrets/receipt.tsx'
import { RevealedPage, RevealPage } from '../../templates/secrets/reveal.tsx'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { contextOf } from '../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../http/page.ts'
import { sentenceOf, viewOf } from '../http/render.ts'
import { activeBanners } from '../privacy/policy/banners.ts'
import { burnSecret } from './burn.ts'
import { createSecret } from './create.ts'
import { createGenerated } from './create-generated.ts'
import {
  CreateBody,
  GenerateForm,
  parseCreateInput,
  parseGenerateInput,
  parseRevealInput,
  RevealBody,
  toGenerateBody,
} from './input.ts'
import { receiptUrl, secretUrl } from './links.ts'
import { canDeliverLinks } from './owned/deliveries.ts'
import { peekSecret } from './peek.ts'
import { readReceipt } from './receipt.ts'
import { revealSecret } from './reveal.ts'

const EmptyBody = Type.Object({}, { additionalProperties: false })

/** Routes of the pages for creating, revealing and tracking secrets. */
export function secretPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/', (context) => createPage(app, context))
    .post('/secret', ({ body, ...context }) => create(app, context, body), { body: CreateBody })
    .get('/generate', (context) => generatePage(app, context))
    .post('/generate', ({ body, ...context }) => generate(app, context, body), { body: GenerateForm })
    .get('/receipt/:key', ({ params, ...context }) => receiptPage(app, context, params.key))
    .post('/receipt/:key/burn', ({ params }) => burn(app, params.key), { body: EmptyBody })
    .get('/secret/:key', ({ params, ...context }) => revealPage(app, context, params.key))
    .post('/secret/:key', ({ params, body, ...context }) => reveal(app, context, params.key, body), {
      body: RevealBody,
    })
}

async function createPage(app: App, context: PageContext, error?: AppError) {
  setErrorStatus(context, error)
  const { secretSize } = app.config
  const props = { ...formProps(app, context, error), secretSize, canMail: canDeliverLinks(app.config) }
  const view = { ...props.view, banners: await activeBanners(app) }
  return context.html(<CreatePage {...props} view={view} />)
}

function create(app: App, context: PageContext, body: Static<typeof CreateBody>) {
  return rerenderOnError(
    (error) => createPage(app, context, error),
    async () => {
      const input = parseCreateInput(app, body)
      const { receiptKey } = await createSecret(app, contextOf(context.request).actor, input)
      return seeOther(`${receiptUrl(app, receiptKey)}${input.recipient === undefined ? '' : '?mailed'}`)
    },
  )
}

function generatePage(app: App, context: PageContext, error?: AppError) {
  setErrorStatus(context, error)
  return context.html(<GeneratePage {...formProps(app, context, error)} />)
}

function generate(app: App, context: PageContext, form: Static<typeof GenerateForm>) {
  return rerenderOnError(
    (error) => generatePage(app, context, error),
    async () => {
      const input = parseGenerateInput(app, toGenerateBody(form))
      const { created, value, bits } = await createGenerated(app, contextOf(context.request).actor, input)
      const link = secretUrl(app, created.key)
      const receiptLink = receiptUrl(app, created.receiptKey)
      const props = { view: viewOf(app, context.request), value, bits, link, qr: renderQr(link), receiptLink }
      return context.html(<GeneratedPage {...props} />)
    },
  )
}

function formProps(app: App, { request }: PageContext, error: AppError | undefined) {
  const { ttlChoices, ttlDefault, create } = app.config
  const needsSignIn = create === 'signed-in' && contextOf(request).actor.account === null
  return { view: viewOf(app, request), ttlChoices, ttlDefault, needsSignIn, error: error && sentenceOf(error) }
}

async function receiptPage(app: App, { request, html }: PageContext, receiptKey: string) {
  const receipt = await readReceipt(app, receiptKey)
  const view = viewOf(app, request)
  const link = receipt.secretKey !== undefined && !receipt.endToEnd ? secretUrl(app, receipt.secretKey) : undefined
  const share = link === undefined ? undefined : { link, qr: renderQr(link) }
  const burnPath = view.path(`/receipt/${receiptKey}/burn`)
  const isMailed = new URL(request.url).searchParams.has('mailed')
  return html(<ReceiptPage view={view} receipt={receipt} burnPath={burnPath} share={share} isMailed={isMailed} />)
}

async function burn(app: App, receiptKey: string): Promise<Response> {
  await burnSecret(app, receiptKey)
  return seeOther(receiptUrl(app, receiptKey))
}

async function revealPage(app: App, context: PageContext, key: string, error?: AppError) {
  setErrorStatus(context, error)
  const view = viewOf(app, context.request)
  const props = { action: view.path(`/secret/${key}`), api: view.path(`/api/v3/secrets/${key}`) }
  return context.html(
    <RevealPage {...props} view={view} peeked={await peekSecret(app, key)} error={error && sentenceOf(error)} />,
  )
}

function reveal(app: App, context: PageContext, key: string, body: Static<typeof RevealBody>) {
  return rerenderOnError(
    (error) => revealPage(app, context, key, error),
    async () => {
      const revealed = await revealSecret(app, contextOf(context.request).actor, key, parseRevealInput(body))
      if ('sealed' in revealed) throw new AppError('proof_required')
      return context.html(<RevealedPage view={viewOf(app, context.request)} content={revealed.text} />)
    },
  )
}

function renderQr(link: string): string {
  return renderSVG(link, { border: 2 })
}
