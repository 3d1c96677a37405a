import type { App } from '../../app.ts'
import type { FactorOwner } from './factor-owner.ts'
import { readFactorRow } from './factor-row.ts'
import { requiresMfa } from './mfa-status.ts'
import { recoveryCodesLeft } from './recovery-codes.ts'

/** The sign-in methods of an account, except its passkeys. */
export interface Factors {
  /** When the authenticator app was confirmed; null without one. */
  readonly totpSince: number | null
  /** The number of unused recovery codes. */
  readonly recoveryCodes: number
  readonly hasPassword: boolean
  /** An identity of the OpenID provider is linked to the account. */
  readonly hasOidcIdentity: boolean
  /** The operator requires a second factor for the account. */
  readonly isRequired: boolean
}

/** Returns the sign-in methods of an account. Throws `sign_in_required` if it does not exist. */
export async function readFactors(app: App, { account }: FactorOwner): Promise<Factors> {
  const { row, recoveryCodes } = await app.db.read(function* () {
    return { row: yield* readFactorRow(account), recoveryCodes: yield* recoveryCodesLeft(account) }
  })
  return {
    totpSince: row.totp_since,
    recoveryCodes,
    hasPassword: row.password !== null,
    hasOidcIdentity: row.identities > 0,
    isRequired: requiresMfa(app, row.role),
  }
}
