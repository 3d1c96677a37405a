import type { Scope } from '../accounts/actor.ts'
import { requireTokenScope } from '../accounts/tokens/tokens.ts'
import { contextOf } from '../http/context.ts'

/** The scope that an API token needs, by operation. */
const operations: Readonly<Record<string, Scope>> = {
  'POST /secrets': 'create',
  'POST /secrets/generate': 'create',
  'GET /secrets/:key': 'status',
  'POST /secrets/:key/reveal': 'reveal',
  'POST /secrets/:key/acknowledge': 'reveal',
  'GET /receipts/:key': 'status',
  'POST /receipts/:key/burn': 'burn',
  'GET /mine': 'status',
  'POST /mine/:id/burn': 'burn',
  'POST /mine/:id/note': 'account',
  'POST /mine/:id/notice': 'account',
}
const accountPaths = /^\/(?:account|tokens)(?:\/|$)/

/** Returns the scope that an operation needs, by its route after `/api/v3`. Unlisted routes need `admin`. */
export function scopeOf(method: string, route: string): Scope {
  return operations[`${method} ${route}`] ?? (accountPaths.test(route) ? 'account' : 'admin')
}

/** Refuses an API token without the scope of the operation; sessions need no scope. Throws `scope_missing`. */
export function refuseOutOfScope(request: Request, route: string, base: string): void {
  const { actor } = contextOf(request)
  if (actor.scopes === 'all') return
  const method = request.method === 'HEAD' ? 'GET' : request.method
  requireTokenScope(actor, scopeOf(method, route.startsWith(base) ? route.slice(base.length) : route))
}
