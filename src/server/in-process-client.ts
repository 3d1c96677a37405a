import type { App } from '../app.ts'
import type { InProcessClient } from '../privacy/verify/in-process-client.ts'
import type { RequestHandler } from './handler.ts'

// Excluded, looked up behind the base path: routes that need a key, assets, and the proof, which would ask for itself.
const excluded = /[:*]|^\/(?:assets\/|privacy\/proof)/

/** The instance with a log that takes nothing: what it answers to itself leaves no line. */
export function withoutLog(app: App): App {
  return { ...app, log: { ...app.log, write: () => {}, security: () => {} } }
}

/** A client that asks through `answer`; its pages are the routes that need neither key nor parameter. */
export function clientOf(
  { baseUrl, basePath }: App['config'],
  answer: RequestHandler,
  routes: readonly { readonly method: string; readonly path: string }[],
): InProcessClient {
  const pages = routes
    .filter(({ method, path }) => method === 'GET' && !excluded.test(path.slice(basePath.length)))
    .map(({ path }) => path)
  const base = baseUrl.slice(0, baseUrl.length - basePath.length)
  return {
    pages: [...new Set(pages)].sort(),
    fetch: (path, init = {}) => {
      const headers = { host: new URL(baseUrl).host, ...(init.headers as Record<string, string>) }
      return answer(new Request(base + path, { ...init, headers, redirect: 'manual' }), null)
    },
  }
}
