import { MessagePage } from '../../templates/message.tsx'
import type { View } from '../../templates/view.ts'
import type { App } from '../app.ts'
import { type AppError, kinds } from '../errors.ts'
import { type TextKey, text } from '../i18n/text.ts'
import { canSendMail } from '../mail/deliver.ts'
import { assetPath } from './assets.ts'
import { contextOf } from './context.ts'
import { errorHeaders, problem } from './errors.ts'

/** What a page of this instance is given, for one request. */
export function viewOf(app: App, request: Request): View {
  const { config } = app
  return {
    text,
    theme: contextOf(request).theme,
    name: config.name,
    regionName: config.regionName,
    peers: config.peers,
    contact: config.contact,
    now: app.now(),
    isSignedIn: contextOf(request).actor.account !== null,
    isOperator: contextOf(request).actor.role === 'operator',
    sendsMail: canSendMail(app),
    returnPath: request.method === 'GET' ? contextOf(request).path.slice(config.basePath.length) || '/' : undefined,
    path: (path) => config.basePath + path,
    asset: (name) => assetPath(config.basePath, name),
  }
}

/** The sentence of an error. */
export function sentenceOf({ code, facts }: AppError): string {
  return text(`error.${code}`, facts)
}

/**
 * An error as its caller can read it: a page for a browser, problem details (or one line of text) for a program.
 * It may be asked for before there is a route, so it makes its page without the plugin.
 */
export function errorAnswer(app: App, request: Request, error: AppError): Response {
  const visit = contextOf(request)
  visit.code = error.code
  const { status } = kinds[error.kind]
  if (isApi(app, request))
    return wantsText(request) ? line(sentenceOf(error), status, errorHeaders(error)) : problem(error, sentenceOf(error))
  const title = text(`error.title${status}` as TextKey)
  const sentences = error.code === 'secret_gone' ? [text('gone.lead'), text('gone.ask')] : [sentenceOf(error)]
  // It says nothing of what was asked for, so what is gone and what never existed look the same, byte for byte.
  const view = { ...viewOf(app, request), returnPath: undefined }
  return new Response(`<!doctype html>${MessagePage({ view, title, sentences })}`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...errorHeaders(error) },
  })
}

/** One line of plain text. */
export function line(words: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(`${words}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}

/** Whether a program asked for plain text. */
export function wantsText(request: Request): boolean {
  const accept = request.headers.get('accept') ?? ''
  return accept.includes('text/plain') && !accept.includes('json')
}

export function isApi({ config }: App, request: Request): boolean {
  return contextOf(request).path.startsWith(`${config.basePath}/api/`)
}
