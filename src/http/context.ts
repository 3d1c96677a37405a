import { type ActiveSession, type Actor, anonymousActor } from '../actor.ts'
import type { App } from '../app.ts'
import type { LimitStatus } from '../limits/limits.ts'
import { clientAddress, networkOf } from './client-address.ts'
import { readCookie } from './cookies.ts'

/** The colour theme that a visitor chose. */
export type Theme = 'light' | 'dark'

/** A field that was rejected, and the sentence that states its rule. */
export interface InvalidField {
  readonly field: string
  readonly rule: string
}

/** What the program knows about a request. */
export interface RequestContext {
  readonly id: string
  /** By `performance.now()`, in milliseconds. */
  readonly startedAt: number
  readonly path: string
  /** The address of the client; null if it is unknown. */
  readonly address: string | null
  /** Undefined for the theme of the system. */
  readonly theme: Theme | undefined
  actor: Actor
  /** A session that waits for its second factor. Only the pages that complete MFA use it. */
  pendingMfa: ActiveSession | undefined
  /** The pattern of the matched route; `unmatched` before. */
  route: string
  /** The code of the error in the response, if any. */
  code: string | undefined
  /** The field that was rejected in a form, and its rule. */
  invalid: InvalidField | undefined
  limitStatus: LimitStatus | undefined
}

const contexts = new WeakMap<Request, RequestContext>()

/** Creates the request context: client address, anonymous actor, start time, theme. */
export function createContext(app: App, request: Request, peer: string | null): RequestContext {
  const address = clientAddress(request, peer, app.config.trustedProxies)
  const theme = readCookie(request, 'sotto_theme')
  const context: RequestContext = {
    id: app.random(8).toHex(),
    startedAt: performance.now(),
    path: new URL(request.url).pathname,
    address,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    actor: anonymousActor(app.pseudonyms.pseudonym(networkOf(address))),
    pendingMfa: undefined,
    route: 'unmatched',
    code: undefined,
    invalid: undefined,
    limitStatus: undefined,
  }
  contexts.set(request, context)
  return context
}

/** Returns the context of a request. Throws if none was created. */
export function contextOf(request: Request): RequestContext {
  const context = contexts.get(request)
  if (!context) throw new Error('the request has no context')
  return context
}

/** Tells whether a request is for the API, by its path. */
export function isApiRequest({ config }: App, request: Request): boolean {
  return contextOf(request).path.startsWith(`${config.basePath}/api/`)
}
