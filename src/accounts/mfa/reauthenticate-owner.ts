import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { requireAccount } from '../access.ts'
import { reauthenticate } from '../reauthenticate.ts'
import type { FactorOwner } from './factor-owner.ts'
import { readFactorRow } from './factor-row.ts'
import { consumeRecoveryCode, isRecoveryCode } from './recovery-codes.ts'
import { consumeTotp, looksLikeTotp } from './totp.ts'

/**
 * Re-authenticates an owner before a change of factors: by a code of the app, a recovery code or the password; without app
 * and password by a session under ten minutes old. An owner with pending MFA has just signed in. Throws `mfa_code_wrong`,
 * `password_wrong`, `reauthentication_failed`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function reauthenticateOwner(app: App, owner: FactorOwner, proof = ''): Promise<void> {
  const { account, network, pendingMfa } = owner
  if (pendingMfa) return
  const { totp_since, password } = await app.db.read(() => readFactorRow(account))
  const hasApp = totp_since !== null
  if (hasApp && looksLikeTotp(proof)) return consumeTotp(app, account, network, proof)
  if (await isRecoveryCode(app, account, proof)) return consumeRecoveryCode(app, account, network, proof)
  if (password === null ? hasApp : proof === '') throw new AppError('reauthentication_failed')
  await reauthenticate(app, requireAccount(owner), password === null ? undefined : proof)
}
