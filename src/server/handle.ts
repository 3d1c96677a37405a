import type { App } from '../app.ts'
import { encodedAsset } from '../http/assets.ts'
import { contextOf, createContext } from '../http/context.ts'
import { knownHosts, refuseCrossOrigin, refuseUnknownHost } from '../http/csrf.ts'
import { encodedPage } from '../http/encoding.ts'
import { enforceRateLimits, setRateLimitHeaders } from '../http/rate-limit-headers.ts'
import { setSecurityHeaders } from '../http/secure-headers.ts'
import { toAppError } from '../http/to-app-error.ts'
import { errorResponse } from './error-response.ts'
import type { RequestHandler } from './handler.ts'
import { identify } from './identify.ts'
import { logRequest } from './request-log.ts'

interface Router {
  fetch(request: Request): Response | Promise<Response>
}

/** Puts the steps around the router that every request passes, in their order; see "The order of a request" in docs/architecture.md. */
export function handleWith(app: App, router: Router): RequestHandler {
  const hosts = knownHosts(app.config)
  const { protocol } = new URL(app.config.baseUrl)

  return async (incoming, peer) => {
    const request = normalized(incoming)
    const context = createContext(app, request, peer)
    const routed = await Promise.try(async () => {
      if (!isHealthCheck(app, request)) refuseUnknownHost(request, hosts)
      refuseCrossOrigin(request, hosts, protocol)
      enforceRateLimits(app, request)
      await identify(app, request)
      return router.fetch(request)
    }).catch((error) => errorResponse(app, request, toAppError(error)))
    const response = await encodedPage(app, request, encodedAsset(app, request, routed))
    setSecurityHeaders(app, response.headers)
    response.headers.set('x-request-id', context.id)
    setRateLimitHeaders(request, response.headers)
    logRequest(app, request, response.status)
    return response
  }
}

function isHealthCheck({ config }: App, request: Request): boolean {
  return contextOf(request).path === `${config.basePath}/healthz`
}

// Elysia looks for the path after the eleventh character, which a short host ("http://app/") does not reach, and an
// invalid Host header leaves no URL at all. No link is built from the host, so any name will do.
function normalized(request: Request): Request {
  const { url } = request
  const path = url.startsWith('/') ? 0 : url.indexOf('/', 8)
  if (path >= 11 && URL.canParse(url)) return request
  return new Request(`http://localhost${path < 0 ? '/' : url.slice(path)}`, request)
}
