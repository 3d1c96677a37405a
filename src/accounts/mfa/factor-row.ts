import { sql } from 'kysely'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { first, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'

/** The stored sign-in methods of an account; `identities` and `passkeys` are numbers of rows. */
export interface FactorRow {
  readonly email: string
  readonly role: Role
  readonly password: string | null
  readonly totp_since: number | null
  readonly identities: number
  readonly passkeys: number
}

/** Returns the stored sign-in methods of an account. Throws `sign_in_required` if it does not exist. */
export function* readFactorRow(account: string): Unit<FactorRow> {
  const row = yield* first(selectFactors({ account }))
  if (!row) throw new AppError('sign_in_required')
  return row
}

const count = (table: 'identity' | 'passkey') =>
  sql<number>`(select count(*) from ${sql.table(table)} where account_id = account.id)`

const selectFactors = preparedQuery<{ account: string }>()((value) =>
  query
    .selectFrom('account')
    .select(['email', 'role', 'password', 'totp_since'])
    .select([count('identity').as('identities'), count('passkey').as('passkeys')])
    .where('id', '=', value('account')),
)
