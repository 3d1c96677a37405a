import type { Actor, App } from '../app.ts'
import type { Told } from '../limits/limits.ts'
import { readCookie } from '../privacy/cookies.ts'
import { clientAddress, networkOf } from './client-address.ts'

export type Theme = 'light' | 'dark'

/** One request, as the rest of the program may know it. `route` is the pattern, filled in once it is known. */
export interface Visit {
  readonly id: string
  readonly startedAt: number
  readonly path: string
  readonly address: string | null
  readonly theme: Theme | undefined
  readonly actor: Actor
  route: string
  code: string | undefined
  told: Told | undefined
}

const visits = new WeakMap<Request, Visit>()

/** Meets a request: who asks, from where, when. */
export function meet(app: App, request: Request, peer: string | null): Visit {
  const address = clientAddress(request, peer, app.config.trustedProxies)
  const theme = readCookie(request, 'sotto_theme')
  const visit: Visit = {
    id: app.random(8).toHex(),
    startedAt: performance.now(),
    path: new URL(request.url).pathname,
    address,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    actor: { account: null, network: app.marks.mark(networkOf(address)) },
    route: 'unmatched',
    code: undefined,
    told: undefined,
  }
  visits.set(request, visit)
  return visit
}

/** The visit of a request that was met. */
export function visitOf(request: Request): Visit {
  const visit = visits.get(request)
  if (!visit) throw new Error('a request that was not met')
  return visit
}
