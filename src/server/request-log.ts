import type { App } from '../app.ts'
import { type ErrorCode, errors } from '../errors.ts'
import { browserOf } from '../http/browser-type.ts'
import { truncated } from '../http/client-address.ts'
import { contextOf } from '../http/context.ts'

/** Writes the log line of a request (P05), with the pattern of its route instead of its path. */
export function logRequest(app: App, request: Request, status: number): void {
  const context = contextOf(request)
  if (context.code !== undefined) logRefusal(app, request, context.code)
  app.log.write({
    event: 'request',
    request_id: context.id,
    method: request.method,
    route: context.route,
    status,
    ...(context.code !== undefined && { code: context.code }),
    took_ms: Math.round((performance.now() - context.startedAt) * 10) / 10,
    browser: browserOf(request),
    language: languageOf(request.headers.get('accept-language') ?? ''),
    region: app.config.region,
    theme: context.theme ?? 'system',
    address: loggedAddress(app, context.address),
  })
}

const securityKinds = new Set<string>(['unauthorized', 'forbidden', 'misdirected', 'slow_down'])

// Refused requests get a line in the security log (P06).
function logRefusal(app: App, request: Request, code: string): void {
  if (!securityKinds.has(errors[code as ErrorCode])) return
  const { id, route, address } = contextOf(request)
  app.log.security({
    event: 'refused',
    code,
    request_id: id,
    method: request.method,
    route,
    region: app.config.region,
    address: loggedAddress(app, address),
  })
}

function languageOf(accepted: string): string | null {
  return /^[a-z]{2,3}\b/i.exec(accepted)?.[0].toLowerCase() ?? null
}

function loggedAddress(app: App, address: string | null): string | null {
  if (address === null || app.config.logAddresses === 'none') return null
  if (app.config.logAddresses === 'full') return address
  if (app.config.logAddresses === 'truncated') return truncated(address)
  return app.pseudonyms.pseudonym(address)
}
