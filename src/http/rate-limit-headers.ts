import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { seconds } from '../limits/limits.ts'
import { visitOf } from './context.ts'

/** Counts a request that may change something. Throws `slow_down`. */
export function refuseTooMany(app: App, request: Request): void {
  if (request.method !== 'POST' && request.method !== 'DELETE') return
  const visit = visitOf(request)
  visit.told = app.limits.request(visit.actor.network)
  if (visit.told && !visit.told.verdict.allowed)
    throw new AppError('slow_down', { seconds: seconds(visit.told.verdict.wait) })
}

/** Tells the caller how much is left, in the fields of draft-ietf-httpapi-ratelimit-headers. */
export function tellLimits(request: Request, headers: Headers): void {
  const { told } = visitOf(request)
  if (!told) return
  const { name, rate, verdict } = told
  headers.set('ratelimit-policy', `"${name}";q=${rate.count};w=${seconds(rate.per)}`)
  headers.set('ratelimit', `"${name}";r=${verdict.remaining};t=${verdict.wait === 0 ? 0 : seconds(verdict.wait)}`)
}
