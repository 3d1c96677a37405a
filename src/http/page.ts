import { html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { AppError, kinds } from '../errors.ts'
import { errorText } from '../i18n/text.ts'
import { contextOf } from './context.ts'
import { errorHeaders } from './problem.ts'

/** Creates a plugin for pages; its handlers receive `html`, the only function that turns markup into a response. */
export function pageRoutes(basePath: string) {
  return new Elysia({ prefix: basePath, normalize: false }).use(
    html({ autoDetect: false, contentType: 'text/html; charset=utf-8' }),
  )
}

/** The response of a page handler. */
export type Page = string | Response | Promise<string | Response>

/** What a page handler receives from Elysia. */
export interface PageContext {
  readonly request: Request
  readonly set: { status?: number | string; headers: Record<string, string | number> }
  html(markup: JSX.Element): Page
}

/** Sets the status and headers of a page that shows an error; does nothing without an error. */
export function setErrorStatus({ request, set }: PageContext, error: AppError | undefined): void {
  if (!error) return
  const context = contextOf(request)
  context.code = error.code
  if (error.code === 'field_invalid')
    context.invalid = { field: String(error.facts['field']), rule: errorText(error.code, error.facts) }
  set.status = kinds[error.kind].status
  Object.assign(set.headers, errorHeaders(error))
}

/**
 * Does the work of a form. An error that the visitor can correct renders the form again; errors of kind `gone` or
 * `failed` are thrown on and get the error page.
 */
export async function rerenderOnError(
  rerender: (error: AppError) => Page,
  work: () => Promise<Awaited<Page>>,
): Promise<Awaited<Page>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.kind !== 'gone' && error.kind !== 'failed') return rerender(error)
    throw error
  }
}

/** Redirects after a form (303), so that reloading the page does not submit the form again. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}
