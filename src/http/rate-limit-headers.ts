import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { seconds } from '../limits/limits.ts'
import { contextOf } from './context.ts'

/** Counts a request that may change something. Throws `slow_down`. */
export function enforceRateLimits(app: App, request: Request): void {
  if (request.method !== 'POST' && request.method !== 'DELETE') return
  const visit = contextOf(request)
  visit.limitStatus = app.limits.request(visit.actor.network)
  if (visit.limitStatus && !visit.limitStatus.verdict.allowed)
    throw new AppError('slow_down', { seconds: seconds(visit.limitStatus.verdict.wait) })
}

/** Tells the caller how much is left, in the fields of draft-ietf-httpapi-ratelimit-headers. */
export function setRateLimitHeaders(request: Request, headers: Headers): void {
  const { limitStatus } = contextOf(request)
  if (!limitStatus) return
  const { name, rate, verdict } = limitStatus
  headers.set('ratelimit-policy', `"${name}";q=${rate.count};w=${seconds(rate.per)}`)
  headers.set('ratelimit', `"${name}";r=${verdict.remaining};t=${verdict.wait === 0 ? 0 : seconds(verdict.wait)}`)
}
