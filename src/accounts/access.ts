import type { Actor, Scope } from '../actor.ts'
import { AppError } from '../errors.ts'

/** An actor who has an account. */
export interface Member extends Actor {
  readonly account: string
}

/** Returns the actor as a member. Throws `sign_in_required` without an account. */
export function requireAccount(actor: Actor): Member {
  const { account } = actor
  if (account === null) throw new AppError('sign_in_required')
  return { ...actor, account }
}

/** Returns the actor as a member signed in with a browser. Throws `sign_in_required`, also for an API token of any scope. */
export function requireSession(actor: Actor): Member {
  if (actor.session === null) throw new AppError('sign_in_required')
  return requireAccount(actor)
}

/** Returns the actor as an operator. Throws `sign_in_required`, `not_allowed`. */
export function requireOperator(actor: Actor): Member {
  const member = requireAccount(actor)
  if (member.role !== 'operator') throw new AppError('not_allowed')
  return member
}

/** Returns the actor as a member with this scope; a session has every scope. Throws `sign_in_required`, `not_allowed`. */
export function requireScope(actor: Actor, scope: Scope): Member {
  const member = requireAccount(actor)
  if (member.scopes !== 'all' && !member.scopes.includes(scope)) throw new AppError('not_allowed')
  return member
}
