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
import { createGenerated } from './create-generated.ts'
import { CreateBody, GenerateForm, generateBody, generateInput, newSecret, RevealBody, readerOf } from './input.ts'
import { receiptUrl, secretUrl } from './links.ts'
import { canDeliver } from './owned/deliveries.ts'
import { burnSecret, readReceipt } from './receipt.ts'
import { createSecret, peekSecret, revealSecret } from './secret.ts'

const NoBody = Type.Object({}, { additionalProperties: false })

/** The pages of sharing: translation only, over the same operations and schemas as the API. */
export function secretPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/', (web) => createPage(app, web))
    .post('/secret', ({ body, ...web }) => create(app, web, body), { body: CreateBody })
    .get('/generate', (web) => generatePage(app, web))
    .post('/generate', ({ body, ...web }) => generate(app, web, body), { body: GenerateForm })
    .get('/receipt/:key', ({ params, ...web }) => receiptPage(app, web, params.key))
    .post('/receipt/:key/burn', ({ params }) => burn(app, params.key), { body: NoBody })
    .get('/secret/:key', ({ params, ...web }) => revealPage(app, web, params.key))
    .post('/secret/:key', ({ params, body, ...web }) => reveal(app, web, params.key, body), { body: RevealBody })
}

function createPage(app: App, web: PageContext, error?: AppError) {
  setErrorStatus(web, error)
  const { secretSize } = app.config
  const props = { ...formProps(app, web, error), secretSize, canMail: canDeliver(app.config) }
  const view = { ...props.view, banners: activeBanners(app) }
  return web.html(<CreatePage {...props} view={view} />)
}

function create(app: App, web: PageContext, body: Static<typeof CreateBody>) {
  return rerenderOnError(
    (error) => createPage(app, web, error),
    async () => {
      const wish = newSecret(app, body)
      const { receiptKey } = await createSecret(app, contextOf(web.request).actor, wish)
      return seeOther(`${receiptUrl(app, receiptKey)}${wish.recipient === undefined ? '' : '?mailed'}`)
    },
  )
}

function generatePage(app: App, web: PageContext, error?: AppError) {
  setErrorStatus(web, error)
  return web.html(<GeneratePage {...formProps(app, web, error)} />)
}

function generate(app: App, web: PageContext, form: Static<typeof GenerateForm>) {
  return rerenderOnError(
    (error) => generatePage(app, web, error),
    async () => {
      const wish = generateInput(app, generateBody(form))
      const { created, value, bits } = await createGenerated(app, contextOf(web.request).actor, wish)
      const link = secretUrl(app, created.key)
      const receiptLink = receiptUrl(app, created.receiptKey)
      const props = { view: viewOf(app, web.request), value, bits, link, qr: qrOf(link), receiptLink }
      return web.html(<GeneratedPage {...props} />)
    },
  )
}

function formProps(app: App, { request }: PageContext, error: AppError | undefined) {
  const { ttlChoices, ttlDefault, create } = app.config
  const needsSignIn = create === 'signed-in' && contextOf(request).actor.account === null
  return { view: viewOf(app, request), ttlChoices, ttlDefault, needsSignIn, error: error && sentenceOf(error) }
}

function receiptPage(app: App, { request, html }: PageContext, receiptKey: string) {
  const receipt = readReceipt(app, receiptKey)
  const view = viewOf(app, request)
  const link = receipt.secretKey !== undefined && !receipt.endToEnd ? secretUrl(app, receipt.secretKey) : undefined
  const share = link === undefined ? undefined : { link, qr: qrOf(link) }
  const burnPath = view.path(`/receipt/${receiptKey}/burn`)
  const isMailed = new URL(request.url).searchParams.has('mailed')
  return html(<ReceiptPage view={view} receipt={receipt} burnPath={burnPath} share={share} isMailed={isMailed} />)
}

async function burn(app: App, receiptKey: string): Promise<Response> {
  await burnSecret(app, receiptKey)
  return seeOther(receiptUrl(app, receiptKey))
}

function revealPage(app: App, web: PageContext, key: string, error?: AppError) {
  setErrorStatus(web, error)
  const view = viewOf(app, web.request)
  const props = { action: view.path(`/secret/${key}`), api: view.path(`/api/v3/secrets/${key}`) }
  return web.html(
    <RevealPage {...props} view={view} peeked={peekSecret(app, key)} error={error && sentenceOf(error)} />,
  )
}

function reveal(app: App, web: PageContext, key: string, body: Static<typeof RevealBody>) {
  return rerenderOnError(
    (error) => revealPage(app, web, key, error),
    async () => {
      const revealed = await revealSecret(app, contextOf(web.request).actor, key, readerOf(body))
      if ('sealed' in revealed) throw new AppError('proof_required')
      return web.html(<RevealedPage view={viewOf(app, web.request)} content={revealed.text} />)
    },
  )
}

function qrOf(link: string): string {
  return renderSVG(link, { border: 2 })
}
