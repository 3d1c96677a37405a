import type { App } from '../app.ts'
import type { InProcessClient } from '../privacy/verify/in-process-client.ts'
import { handleWith } from './handle.ts'
import type { RequestHandler } from './handler.ts'
import { clientOf, withoutLog } from './in-process-client.ts'
import { createRouter } from './router.ts'

/** Creates the handler of all requests to an instance. */
export async function createHandler(app: App): Promise<RequestHandler> {
  return handleWith(app, await createRoutes(app))
}

/** Creates the router of an instance, with all its routes. */
export function createRoutes(app: App) {
  return createRouter(app, () => inProcessClient(app))
}

/** Creates an in-process client for self-checks; its requests write no log line. */
export async function inProcessClient(app: App): Promise<InProcessClient> {
  const silent = withoutLog(app)
  const router = await createRoutes(silent)
  return clientOf(app.config, handleWith(silent, router), router.routes)
}
