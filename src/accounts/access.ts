import { AppError } from '../errors.ts'
import type { Actor, Scope } from './actor.ts'

/** An actor who has an account. */
export interface Member extends Actor {
  readonly account: string
}

/** Refuses who has not signed in. Throws `sign_in_required`. */
export function requireAccount(actor: Actor): Member {
  const { account } = actor
  if (account === null) throw new AppError('sign_in_required')
  return { ...actor, account }
}

/** Refuses who has not signed in with a browser: a token is for the API, whatever it may do there. Throws `sign_in_required`. */
export function requireSession(actor: Actor): Member {
  if (actor.session === null) throw new AppError('sign_in_required')
  return requireAccount(actor)
}

/** Refuses who is no operator. Throws `sign_in_required`, `not_allowed`. */
export function requireOperator(actor: Actor): Member {
  const member = requireAccount(actor)
  if (member.role !== 'operator') throw new AppError('not_allowed')
  return member
}

/** Refuses a token that was not made for this. A session may do all that its account may. Throws `sign_in_required`, `not_allowed`. */
export function requireScope(actor: Actor, scope: Scope): Member {
  const member = requireAccount(actor)
  if (member.scopes !== 'all' && !member.scopes.includes(scope)) throw new AppError('not_allowed')
  return member
}
