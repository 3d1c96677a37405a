import type { App } from '../app.ts'
import { type ErrorCode, errors } from '../errors.ts'
import { truncated } from '../http/client-address.ts'
import { contextOf } from '../http/context.ts'

/** Writes the one line that is kept of a request (P05): the route's pattern, never its path. */
export function logRequest(app: App, request: Request, status: number): void {
  const visit = contextOf(request)
  if (visit.code !== undefined) logRefusal(app, request, visit.code)
  app.log.write({
    event: 'request',
    request_id: visit.id,
    method: request.method,
    route: visit.route,
    status,
    ...(visit.code !== undefined && { code: visit.code }),
    took_ms: Math.round((performance.now() - visit.startedAt) * 10) / 10,
    browser: browserOf(request),
    language: languageOf(request.headers.get('accept-language') ?? ''),
    region: app.config.region,
    theme: visit.theme ?? 'system',
    address: loggedAddress(app, visit.address),
  })
}

const refusals = new Set<string>(['unauthorized', 'forbidden', 'misdirected', 'slow_down'])

// Who was refused, or asked too often, is a matter of security: a line of its own (P06).
function logRefusal(app: App, request: Request, code: string): void {
  if (!refusals.has(errors[code as ErrorCode])) return
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

const browsers = [
  ['edge', /\bEdg(?:e|A|iOS)?\//],
  ['opera', /\bOPR\//],
  ['firefox', /\b(?:Firefox|FxiOS)\//],
  ['chrome', /\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//],
  ['safari', /\bSafari\//],
  ['curl', /^curl\//],
  ['wget', /^Wget\//],
] as const

/** The type of a browser; never its version or the full user agent. */
export function browserType(userAgent: string): string {
  return browsers.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'other'
}

/** The type of the browser that sent a request. */
export function browserOf(request: Request): string {
  return browserType(request.headers.get('user-agent') ?? '')
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
