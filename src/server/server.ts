import { Elysia } from 'elysia'
import { accountRoutes } from '../accounts/routes.ts'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { assets, encodedAsset } from '../http/assets.ts'
import { bodyLimit, readBody, readUpload } from '../http/body.ts'
import { authenticateSession, contextOf, createContext } from '../http/context.ts'
import { knownHosts, refuseCrossOrigin, refuseUnknownHost } from '../http/csrf.ts'
import { encodedPage } from '../http/encoding.ts'
import { asAppError } from '../http/errors.ts'
import { enforceRateLimits, setRateLimitHeaders } from '../http/rate-limit-headers.ts'
import { errorAnswer, isApi } from '../http/render.ts'
import { setSecurityHeaders } from '../http/secure-headers.ts'
import { mailPages } from '../mail/unsubscribe-pages.tsx'
import { grantPages } from '../privacy/audit/pages.tsx'
import { consentPromptPages } from '../privacy/consent/consent-prompt.tsx'
import { privacyPages } from '../privacy/pages.tsx'
import { statementPages } from '../privacy/policy/pages.tsx'
import { complaintPages } from '../privacy/registers/complaint-pages.tsx'
import { operatorPages } from '../privacy/registers/operator-pages.tsx'
import { addressPages } from '../privacy/rights/address-pages.tsx'
import { exportApi } from '../privacy/rights/export-api.ts'
import { exportPages } from '../privacy/rights/export-pages.tsx'
import { lookUpPages } from '../privacy/rights/look-up-pages.tsx'
import { statisticsPages } from '../privacy/statistics/pages.tsx'
import type { InProcessClient } from '../privacy/verify/in-process-client.ts'
import { proofPages } from '../privacy/verify/pages.tsx'
import { secretApi } from '../secrets/api.ts'
import { ownedSecretApi } from '../secrets/owned/api.ts'
import { ownedSecretPages } from '../secrets/owned/pages.tsx'
import { secretPages } from '../secrets/pages.tsx'
import { allowedMethods } from './allowed-methods.ts'
import type { RequestHandler } from './handler.ts'
import { health } from './health.ts'
import { clientOf, withoutLog } from './in-process-client.ts'
import { preferences } from './preferences.ts'
import { logRequest } from './request-log.ts'
import { refuseOutOfScope } from './scopes.ts'
import { authenticateToken } from './token-authentication.ts'

/** The order of things, for every request. */
export async function createHandler(app: App): Promise<RequestHandler> {
  const { config } = app
  const routes = await createRoutes(app)
  const hosts = knownHosts(config)
  const protocol = new URL(config.baseUrl).protocol

  return async (incoming, peer) => {
    const request = withLongHost(incoming)
    const visit = createContext(app, request, peer)
    const response = await Promise.try(async () => {
      if (!isHealthCheck(app, request)) refuseUnknownHost(request, hosts)
      refuseCrossOrigin(request, hosts, protocol)
      enforceRateLimits(app, request)
      // Pages know no tokens, so that what a proxy asks for of its own is no business of theirs.
      if (request.headers.has('authorization') && isApi(app, request)) await authenticateToken(app, request)
      else if (request.headers.has('cookie')) await authenticateSession(app, request)
      return routes.fetch(request)
    }).catch((error) => errorAnswer(app, request, asAppError(error)))
    const answer = await encodedPage(app, request, encodedAsset(app, request, response))
    setSecurityHeaders(app, answer.headers)
    answer.headers.set('x-request-id', visit.id)
    setRateLimitHeaders(request, answer.headers)
    logRequest(app, request, answer.status)
    return answer
  }
}

/** Every route there is. */
export async function createRoutes(app: App) {
  const limit = bodyLimit(app.config)
  const { basePath } = app.config
  const routes = new Elysia({ normalize: false })
    .onParse(({ request }) =>
      isUpload(app, request) ? readUpload(request) : readBody(request, isApi(app, request), limit),
    )
    .onTransform(({ request, route }) => {
      contextOf(request).route = route
      refuseOutOfScope(request, route, `${basePath}/api/v3`)
    })
    .onError(({ error, request, route }) => {
      if (route) contextOf(request).route = route
      const known = asAppError(error)
      // What a route itself does not find is not there by any method.
      const isUnrouted = known.code === 'not_found' && !(error instanceof AppError)
      const allowed = isUnrouted ? allowedMethods(routes.routes, contextOf(request).path) : []
      if (allowed.length === 0) return errorAnswer(app, request, known)
      const refused = errorAnswer(app, request, new AppError('method_not_allowed'))
      refused.headers.set('allow', allowed.join(', '))
      return refused
    })
    .use(await assets(basePath))
    .use(health(app))
    .use(preferences(app))
    .use(secretApi(app))
    .use(secretPages(app))
    .use(ownedSecretApi(app))
    .use(ownedSecretPages(app))
    .use(privacyPages(app))
    .use(exportPages(app))
    .use(lookUpPages(app))
    .use(addressPages(app))
    .use(exportApi(app))
    .use(statisticsPages(app))
    .use(proofPages(app, () => inProcessClient(app)))
    .use(statementPages(app))
    .use(complaintPages(app))
    .use(operatorPages(app))
    .use(accountRoutes(app))
    .use(consentPromptPages(app))
    .use(grantPages(app))
    .use(mailPages(app))
  return routes
}

/** An in-process client for self-checks; its requests write no log line. */
export async function inProcessClient(app: App): Promise<InProcessClient> {
  const silent = withoutLog(app)
  const [answer, { routes }] = await Promise.all([createHandler(silent), createRoutes(silent)])
  return clientOf(app.config, answer, routes)
}

// The one form that carries a file.
function isUpload({ config }: App, request: Request): boolean {
  return contextOf(request).path === `${config.basePath}/account/picture`
}

function isHealthCheck({ config }: App, request: Request): boolean {
  return contextOf(request).path === `${config.basePath}/healthz`
}

// Elysia looks for the path behind the eleventh character, which the host in "http://app/" does not reach; and a Host
// header that is no host leaves a path alone, or a URL that is none. Links are never made from it, so its host may be any.
function withLongHost(request: Request): Request {
  const { url } = request
  const path = url.startsWith('/') ? 0 : url.indexOf('/', 8)
  if (path >= 11 && URL.canParse(url)) return request
  return new Request(`http://localhost${path < 0 ? '/' : url.slice(path)}`, request)
}
