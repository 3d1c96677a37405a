import type { App } from '../../app.ts'
import type { Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { endSessions } from '../sessions/sessions.ts'
import type { FactorOwner } from './factor-owner.ts'
import { readFactorRow } from './factor-row.ts'
import { hasMfaInUnit, requiresMfa } from './mfa-status.ts'
import { notifyFactorChange } from './notify-factor-change.ts'
import { deleteRecoveryCodes, issueRecoveryCodes, recoveryCodesLeft } from './recovery-codes.ts'

/**
 * Completes the addition of a factor, inside the caller's commit. The first factor ends all other sessions, because none
 * of them has passed it, and returns recovery codes; later ones return an empty list.
 */
export function* onFactorAdded(app: App, { account, session }: FactorOwner): Unit<string[]> {
  yield* notifyFactorChange(app, account)
  if ((yield* recoveryCodesLeft(account)) > 0) return []
  if (session) yield* endSessions(account, session)
  return yield* issueRecoveryCodes(app, account)
}

/**
 * Completes the removal of a factor, inside the caller's commit. Throws, and so cancels the commit, `mfa_required` or
 * `last_sign_in_method`.
 */
export function* onFactorRemoved(app: App, owner: FactorOwner): Unit<void> {
  const { account } = owner
  yield* onSignInMethodRemoved(app, owner)
  if (yield* hasMfaInUnit(account)) return
  if (requiresMfa(app, (yield* readFactorRow(account)).role)) throw new AppError('mfa_required')
  yield* deleteRecoveryCodes(account)
}

/**
 * Completes the removal of a sign-in method, inside the caller's commit. Throws, and so cancels the commit,
 * `last_sign_in_method`.
 */
export function* onSignInMethodRemoved(app: App, { account }: FactorOwner): Unit<void> {
  yield* notifyFactorChange(app, account)
  yield* refuseLastSignInMethod(app, account)
}

// A password counts only while password sign-in is on, an identity only while a provider is configured.
function* refuseLastSignInMethod(app: App, account: string): Unit<void> {
  const { password, passkeys, identities } = yield* readFactorRow(account)
  const { passwordSignIn, oidcIssuer } = app.config
  const canSignIn =
    (passwordSignIn && password !== null) || passkeys > 0 || (oidcIssuer !== undefined && identities > 0)
  if (!canSignIn) throw new AppError('last_sign_in_method')
}
