import { html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { AppError, kinds } from '../errors.ts'
import { contextOf } from './context.ts'
import { errorHeaders } from './errors.ts'

/** What every handler of a page is given by the plugin: `html` makes a page of markup, and nothing else ever does. */
export function pageRoutes(basePath: string) {
  return new Elysia({ prefix: basePath, normalize: false }).use(
    html({ autoDetect: false, contentType: 'text/html; charset=utf-8' }),
  )
}

/** A page on its way out, as the plugin's types have it. */
export type Page = string | Response | Promise<string | Response>

/** What a page handler works with. */
export interface PageContext {
  readonly request: Request
  readonly set: { status?: number | string; headers: Record<string, string | number> }
  html(markup: JSX.Element): Page
}

/** The status and headers of a page that says what went wrong. */
export function setErrorStatus({ request, set }: PageContext, error: AppError | undefined): void {
  if (!error) return
  contextOf(request).code = error.code
  set.status = kinds[error.kind].status
  Object.assign(set.headers, errorHeaders(error))
}

/** What a person can mend comes back with the form; what is gone, or our fault, has its own page. */
export async function rerenderOnError(
  again: (error: AppError) => Page,
  work: () => Promise<Awaited<Page>>,
): Promise<Awaited<Page>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.kind !== 'gone' && error.kind !== 'failed') return again(error)
    throw error
  }
}

/** Sends a browser on after a form, so that loading again does not send it again. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}
