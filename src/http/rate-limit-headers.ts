import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { toWholeSeconds } from '../limits/limits.ts'
import { contextOf } from './context.ts'

/** Counts a request that may change something. Throws `slow_down`. */
export function enforceRateLimits(app: App, request: Request): void {
  if (request.method !== 'POST' && request.method !== 'DELETE') return
  const visit = contextOf(request)
  visit.limitStatus = app.limits.consumeRequest(visit.actor.network)
  if (visit.limitStatus && !visit.limitStatus.verdict.allowed)
    throw new AppError('slow_down', { seconds: toWholeSeconds(visit.limitStatus.verdict.waitMs) })
}

/** Tells the caller how much is left, in the fields of draft-ietf-httpapi-ratelimit-headers. */
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
