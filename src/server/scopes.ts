import type { Scope } from '../accounts/actor.ts'
import { requireTokenScope } from '../accounts/tokens/tokens.ts'
import { contextOf } from '../http/context.ts'

/** What a token must be made for, by operation of the API. What an account is and has is `account`. */
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
const ofTheAccount = /^\/(?:account|tokens)(?:\/|$)/

/** The scope of an operation, by its route behind `/api/v3`. What is not named here takes the highest, so nothing is forgotten open. */
export function scopeOf(method: string, route: string): Scope {
  return operations[`${method} ${route}`] ?? (ofTheAccount.test(route) ? 'account' : 'admin')
}

/** Refuses a token that was not made for this operation; a session may do what its account may. Throws `scope_missing`. */
export function refuseOutOfScope(request: Request, route: string, base: string): void {
  const { actor } = contextOf(request)
  if (actor.scopes === 'all') return
  const method = request.method === 'HEAD' ? 'GET' : request.method
  requireTokenScope(actor, scopeOf(method, route.startsWith(base) ? route.slice(base.length) : route))
}
