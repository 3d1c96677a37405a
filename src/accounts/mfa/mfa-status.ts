import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { first, type Unit } from '../../database/unit.ts'
import { isActiveAccount } from '../active-account.ts'

/** Tests whether the operator requires a second factor for this role. */
export function requiresMfa({ config }: App, role: Role): boolean {
  return config.secondFactor === 'everyone' || (config.secondFactor === 'operators' && role === 'operator')
}

/** Tests whether an active account has a second factor: an authenticator app or a passkey. */
export function hasMfa(app: App, account: string): Promise<boolean> {
  return app.db.read(() => hasMfaInUnit(account))
}

/** Does the same as `hasMfa`, inside the caller's unit. */
export function* hasMfaInUnit(account: string): Unit<boolean> {
  return (yield* findActiveAccount(account))?.hasFactor === 1
}

/** Finds an account that may sign in; `hasFactor` is 1 with a second factor and 0 without. */
export function findActiveAccount(id: string) {
  return first(
    query
      .selectFrom('account')
      .select(['id', 'role'])
      .select(({ exists, or, eb, lit, selectFrom }) =>
        eb
          .case()
          .when(
            or([
              eb('totp_since', 'is not', null),
              exists(selectFrom('passkey').select('passkey.id').whereRef('passkey.account_id', '=', 'account.id')),
            ]),
          )
          .then(lit(1))
          .else(lit(0))
          .end()
          .as('hasFactor'),
      )
      .where('id', '=', id)
      .where(isActiveAccount),
  )
}
