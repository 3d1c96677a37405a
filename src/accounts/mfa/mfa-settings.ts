import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { onFactorAdded, onFactorRemoved } from './factor-changes.ts'
import type { FactorOwner } from './factor-owner.ts'
import { hasMfa } from './mfa-status.ts'
import { notifyFactorChange } from './notify-factor-change.ts'
import { reauthenticateOwner } from './reauthenticate-owner.ts'
import { issueRecoveryCodes } from './recovery-codes.ts'
import { confirmTotp, deleteTotp } from './totp.ts'

/**
 * Confirms an authenticator app by its first correct code. Returns recovery codes if it is the first factor. Throws
 * `mfa_code_wrong`, `slow_down`.
 */
export async function confirmAuthenticator(app: App, owner: FactorOwner, code: string): Promise<string[]> {
  const { account, network } = owner
  return confirmTotp(app, account, network, code, () => onFactorAdded(app, owner))
}

/** Removes the authenticator app. Throws what `reauthenticateOwner` throws, `mfa_required`, `last_sign_in_method`. */
export async function removeAuthenticator(app: App, owner: FactorOwner, proof?: string): Promise<void> {
  await reauthenticateOwner(app, owner, proof)
  await app.db.commit(function* () {
    if (yield* deleteTotp(owner.account)) yield* onFactorRemoved(app, owner)
  })
}

/** Replaces the recovery codes with ten new ones. Throws what `reauthenticateOwner` throws, `mfa_missing`. */
export async function renewRecoveryCodes(app: App, owner: FactorOwner, proof?: string): Promise<string[]> {
  if (!(await hasMfa(app, owner.account))) throw new AppError('mfa_missing')
  await reauthenticateOwner(app, owner, proof)
  return app.db.commit(function* () {
    yield* notifyFactorChange(app, owner.account)
    return yield* issueRecoveryCodes(app, owner.account)
  })
}
