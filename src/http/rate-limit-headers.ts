import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { toWholeSeconds } from '../limits/limits.ts'
import { contextOf } from './context.ts'

/** Consumes the request limits of a POST or DELETE request. Throws `slow_down`. */
export function enforceRateLimits(app: App, request: Request): void {
  if (request.method !== 'POST' && request.method !== 'DELETE') return
  const context = contextOf(request)
  const status = app.limits.consumeRequest(context.actor.network)
  context.limitStatus = status
  if (status && !status.verdict.allowed)
    throw new AppError('slow_down', { seconds: toWholeSeconds(status.verdict.waitMs) })
}

/** Sets the `RateLimit` and `RateLimit-Policy` headers (draft-ietf-httpapi-ratelimit-headers), if a limit was consumed. */
export function setRateLimitHeaders(request: Request, headers: Headers): void {
  const { limitStatus } = contextOf(request)
  if (!limitStatus) return
  const { name, rate, verdict } = limitStatus
  headers.set('ratelimit-policy', `"${name}";q=${rate.count};w=${toWholeSeconds(rate.windowMs)}`)
  headers.set(
    'ratelimit',
    `"${name}";r=${verdict.remaining};t=${verdict.waitMs === 0 ? 0 : toWholeSeconds(verdict.waitMs)}`,
  )
}
