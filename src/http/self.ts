import type { App } from '../app.ts'
import type { Self } from '../privacy/verify.ts'
import { answers, routesOf } from './server.ts'

// Looked up behind the base path: routes that need a key, assets, and the proof, which would ask for itself.
const unlike = /[:*]|^\/(?:assets\/|privacy\/proof)/

/** The instance as anybody meets it, asked in this process: what it answers to itself leaves no line in the log. */
export async function selfOf(app: App): Promise<Self> {
  const silent = { ...app, log: { ...app.log, write: () => {}, security: () => {} } }
  const [answer, { routes }] = await Promise.all([answers(silent), routesOf(silent)])
  const { basePath, baseUrl } = app.config
  const pages = routes
    .filter(({ method, path }) => method === 'GET' && !unlike.test(path.slice(basePath.length)))
    .map(({ path }) => path)
  const base = baseUrl.slice(0, baseUrl.length - basePath.length)
  return {
    pages: [...new Set(pages)].sort(),
    ask: (path, init = {}) => {
      const headers = { host: new URL(baseUrl).host, ...(init.headers as Record<string, string>) }
      return answer(new Request(base + path, { ...init, headers, redirect: 'manual' }), null)
    },
  }
}
