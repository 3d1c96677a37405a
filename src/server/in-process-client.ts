import type { App } from '../app.ts'
import type { InProcessClient } from '../privacy/verify/in-process-client.ts'
import type { RequestHandler } from './handler.ts'

// By path after the base path: routes with parameters, assets, and the proof, which would request itself.
const excluded = /[:*]|^\/(?:assets\/|privacy\/proof)/

/** Returns the instance with a log that discards its lines, for self-checks. */
export function withoutLog(app: App): App {
  return { ...app, log: { ...app.log, write: () => {}, security: () => {} } }
}

/** Creates a client that calls `handle` directly. Its pages are the GET routes without parameters. */
export function clientOf(
  { baseUrl, basePath }: App['config'],
  handle: RequestHandler,
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
      return handle(new Request(base + path, { ...init, headers, redirect: 'manual' }), null)
    },
  }
}
