import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { bodyLimit, readBody, readUpload } from '../http/body.ts'
import { contextOf, isApiRequest } from '../http/context.ts'
import { toAppError } from '../http/to-app-error.ts'
import type { InProcessClient } from '../privacy/verify/in-process-client.ts'
import { allowedMethods } from './allowed-methods.ts'
import { errorResponse } from './error-response.ts'
import { routeFactories } from './routes.ts'
import { refuseOutOfScope } from './scopes.ts'
import { refuseWhileSuspended } from './suspended-routes.ts'

/** Creates the router: reads bodies, checks the scopes of tokens, calls the routes and turns errors into responses. */
export async function createRouter(app: App, client: () => Promise<InProcessClient>) {
  const limit = bodyLimit(app.config)
  const router = new Elysia({ normalize: false })
    .onParse(({ request }) =>
      isUpload(app, request) ? readUpload(request) : readBody(request, isApiRequest(app, request), limit),
    )
    .onTransform(({ request, route }) => {
      contextOf(request).route = route
      refuseWhileSuspended(app, route)
      refuseOutOfScope(request, route, `${app.config.basePath}/api/v3`)
    })
    .onError(({ error, request, route }) => {
      if (route) contextOf(request).route = route
      const known = toAppError(error)
      // An AppError comes from a route that exists, so another method would not help.
      const isUnrouted = known.code === 'not_found' && !(error instanceof AppError)
      const allowed = isUnrouted ? allowedMethods(router.routes, contextOf(request).path) : []
      return allowed.length === 0 ? errorResponse(app, request, known) : methodNotAllowed(app, request, allowed)
    })
  for (const createRoutes of routeFactories) router.use(await createRoutes(app, client))
  return router
}

function methodNotAllowed(app: App, request: Request, allowed: readonly string[]): Response {
  const response = errorResponse(app, request, new AppError('method_not_allowed'))
  response.headers.set('allow', allowed.join(', '))
  return response
}

// The only form with a file.
function isUpload({ config }: App, request: Request): boolean {
  return contextOf(request).path === `${config.basePath}/account/picture`
}
