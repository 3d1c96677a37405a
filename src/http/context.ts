import { type Actor, anonymousActor } from '../accounts/actor.ts'
import { type ActiveSession, findSession } from '../accounts/sessions/sessions.ts'
import type { App } from '../app.ts'
import type { Config } from '../config/config.ts'
import type { LimitStatus } from '../limits/limits.ts'
import type { CookieName } from '../privacy/inventory/inventory.ts'
import { clientAddress, networkOf } from './client-address.ts'
import { readCookie } from './cookies.ts'

export type Theme = 'light' | 'dark'

/** One request, as the rest of the program may know it. `route` is the pattern, filled in once it is known. */
export interface RequestContext {
  readonly id: string
  readonly startedAt: number
  readonly path: string
  readonly address: string | null
  readonly theme: Theme | undefined
  actor: Actor
  /** A session that still awaits its second factor: nobody yet, but for the pages that ask for it. */
  pendingMfa: ActiveSession | undefined
  route: string
  code: string | undefined
  limitStatus: LimitStatus | undefined
}

const visits = new WeakMap<Request, RequestContext>()

/** Meets a request: who asks, from where, when. */
export function createContext(app: App, request: Request, peer: string | null): RequestContext {
  const address = clientAddress(request, peer, app.config.trustedProxies)
  const theme = readCookie(request, 'sotto_theme')
  const visit: RequestContext = {
    id: app.random(8).toHex(),
    startedAt: performance.now(),
    path: new URL(request.url).pathname,
    address,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    actor: anonymousActor(app.pseudonyms.pseudonym(networkOf(address))),
    pendingMfa: undefined,
    route: 'unmatched',
    code: undefined,
    limitStatus: undefined,
  }
  visits.set(request, visit)
  return visit
}

/** The visit of a request that was met. */
export function contextOf(request: Request): RequestContext {
  const visit = visits.get(request)
  if (!visit) throw new Error('a request that was not met')
  return visit
}

/** The name of the session's cookie: bound to the host where the instance is served over TLS at the host's root. */
export function sessionCookie({ baseUrl, basePath }: Pick<Config, 'baseUrl' | 'basePath'>): CookieName {
  return baseUrl.startsWith('https:') && basePath === '' ? '__Host-sotto_session' : 'sotto_session'
}

/** Finds out whose request this is, by its session. */
export async function authenticateSession(app: App, request: Request): Promise<void> {
  const token = readCookie(request, sessionCookie(app.config))
  const signed = token === undefined ? undefined : await findSession(app, token)
  if (!signed) return
  const visit = contextOf(request)
  if (!signed.mfaComplete) visit.pendingMfa = signed
  else visit.actor = { ...visit.actor, account: signed.account, role: signed.role, session: signed.lookup }
}
