import { MessagePage } from '../../templates/message.tsx'
import type { App } from '../app.ts'
import { type AppError, kinds } from '../errors.ts'
import { contextOf, isApiRequest } from '../http/context.ts'
import { plainText, wantsPlainText } from '../http/plain-text.ts'
import { errorHeaders, problem } from '../http/problem.ts'
import { sentenceOf, viewOf } from '../http/render.ts'
import { errorText, type TextKey, text } from '../i18n/text.ts'

/** Responds to an error: with a page to browsers, with problem details or one line of text to API clients. */
export function errorResponse(app: App, request: Request, error: AppError): Response {
  contextOf(request).code = error.code
  if (!isApiRequest(app, request)) return errorPage(app, request, error)
  const sentence = errorText(error.code, error.facts)
  if (!wantsPlainText(request)) return problem(error, sentence)
  return plainText(sentence, kinds[error.kind].status, errorHeaders(error))
}

// Rendered without Elysia's HTML plugin, because an error can occur before a route is matched.
function errorPage(app: App, request: Request, error: AppError): Response {
  const { status } = kinds[error.kind]
  const title = text(`error.title${status}` as TextKey)
  const sentences = error.code === 'secret_gone' ? [text('gone.lead'), text('gone.ask')] : [sentenceOf(error)]
  // Without the path, the pages of a secret that is gone and of one that never existed are identical.
  const view = { ...viewOf(app, request), returnPath: undefined }
  return new Response(`<!doctype html>${MessagePage({ view, title, sentences })}`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...errorHeaders(error) },
  })
}
