import type { ActiveSession, Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { requireAccount } from '../access.ts'
import { hasMfa } from './mfa-status.ts'

/** An actor who may change the factors of an account. `pendingMfa` is set for one who must enrol a first factor. */
export interface FactorOwner extends Actor {
  readonly account: string
  readonly pendingMfa: ActiveSession | undefined
}

/**
 * Returns the actor as the owner of factors. A session with pending MFA is accepted only while the account has no second
 * factor. Throws `sign_in_required`, and `not_allowed` for an API token.
 */
export async function factorOwnerOf(
  app: App,
  actor: Actor,
  pendingMfa: ActiveSession | undefined,
): Promise<FactorOwner> {
  if (pendingMfa && !(await hasMfa(app, pendingMfa.account)))
    return { ...actor, account: pendingMfa.account, pendingMfa }
  const member = requireAccount(actor)
  // A stolen API token must not be able to add a factor and so sign in.
  if (member.session === null) throw new AppError('not_allowed')
  return { ...member, pendingMfa: undefined }
}
