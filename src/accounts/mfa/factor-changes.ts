import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { endSessions } from '../sessions/sessions.ts'
import type { FactorOwner } from './factor-owner.ts'
import { readFactorRow } from './factor-row.ts'
import { hasMfa, requiresMfa } from './mfa-status.ts'
import { notifyFactorChange } from './notify-factor-change.ts'
import { deleteRecoveryCodes, issueRecoveryCodes, recoveryCodesLeft } from './recovery-codes.ts'

/**
 * Completes the addition of a factor, inside the caller's commit. The first factor ends all other sessions, because none
 * of them has passed it, and returns recovery codes; later ones return an empty list.
 */
export function onFactorAdded(app: App, { account, session }: FactorOwner): string[] {
  notifyFactorChange(app, account)
  if (recoveryCodesLeft(app, account) > 0) return []
  if (session) endSessions(app, account, session)
  return issueRecoveryCodes(app, account)
}

/**
 * Completes the removal of a factor, inside the caller's commit. Throws, and so cancels the commit, `mfa_required` or
 * `last_sign_in_method`.
 */
export function onFactorRemoved(app: App, owner: FactorOwner): void {
  const { account } = owner
  onSignInMethodRemoved(app, owner)
  if (hasMfa(app, account)) return
  if (requiresMfa(app, readFactorRow(app, account).role)) throw new AppError('mfa_required')
  deleteRecoveryCodes(app, account)
}

/**
 * Completes the removal of a sign-in method, inside the caller's commit. Throws, and so cancels the commit,
 * `last_sign_in_method`.
 */
export function onSignInMethodRemoved(app: App, { account }: FactorOwner): void {
  notifyFactorChange(app, account)
  refuseLastSignInMethod(app, account)
}

// A password counts only while password sign-in is on, an identity only while a provider is configured.
function refuseLastSignInMethod(app: App, account: string): void {
  const { password, passkeys, identities } = readFactorRow(app, account)
  const { passwordSignIn, oidcIssuer } = app.config
  const canSignIn =
    (passwordSignIn && password !== null) || passkeys > 0 || (oidcIssuer !== undefined && identities > 0)
  if (!canSignIn) throw new AppError('last_sign_in_method')
}
