import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { AccountTable, Role } from '../database/schema/accounts.ts'
import { first, run, type Unit } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { type ConsentPurpose, recordConsent, signUpOffers } from '../privacy/consent/consents.ts'
import { isActiveAccount } from './active-account.ts'

/** The values of a new account. */
export interface NewAccount {
  readonly userName: string
  readonly email: string
  /** The password hash as a PHC string; null for an account without a password. */
  readonly password: string | null
  readonly role: Role
  readonly ageStatedAt: number
  readonly agreed: readonly ConsentPurpose[]
}

/** An account as it is stored. */
export type AccountRow = AccountTable

/**
 * Inserts an account with a confirmed address and records its consents, inside the caller's commit. Returns its id.
 * Throws `user_name_taken`, `email_taken`.
 */
export function* insertAccount(app: App, account: NewAccount): Unit<string> {
  const { userName, email, password, role, ageStatedAt, agreed } = account
  if (yield* isTaken('user_name', userName)) throw new AppError('user_name_taken')
  if (yield* isTaken('email', email)) throw new AppError('email_taken')
  const id = app.random(16).toHex()
  const now = app.now()
  yield* run(
    query.insertInto('account').values({
      id,
      user_name: userName,
      email,
      password,
      role,
      age_stated_at: ageStatedAt,
      created_at: now,
      confirmed_at: now,
    }),
  )
  for (const { purpose } of signUpOffers(app))
    yield* recordConsent(app, id, purpose, agreed.includes(purpose) ? 'given' : 'refused', 'sign-up')
  return id
}

/** Tests whether an account already has this user name or email address. */
export function* isTaken(column: 'user_name' | 'email', value: string): Unit<boolean> {
  return (yield* first(query.selectFrom('account').select('id').where(column, '=', value))) !== undefined
}

/** Returns the account with this id. Throws `sign_in_required` if it no longer exists. */
export function* readAccount(id: string): Unit<AccountRow> {
  const row = yield* first(query.selectFrom('account').selectAll().where('id', '=', id))
  if (!row) throw new AppError('sign_in_required')
  return row
}

/** Reads an account by user name or email address, in any letter case; undefined if there is none. */
export function lookUpAccount(app: App, nameOrAddress: string): Promise<AccountRow | undefined> {
  return app.db.read(() => findAccount(nameOrAddress))
}

/** Does the same as `lookUpAccount`, inside the caller's unit. */
export function findAccount(nameOrAddress: string): Unit<AccountRow | undefined> {
  const value = nameOrAddress.trim().toLowerCase()
  const column = value.includes('@') ? 'email' : 'user_name'
  return first(query.selectFrom('account').selectAll().where(column, '=', value))
}

/** Updates columns of an account, inside the caller's commit. */
export function* updateAccount(id: string, values: Partial<Omit<AccountTable, 'id'>>): Unit<void> {
  yield* run(query.updateTable('account').set(values).where('id', '=', id))
}

/** Tests whether there is an active operator account. */
export function* hasOperator(): Unit<boolean> {
  const operators = query.selectFrom('account').select('id').where('role', '=', 'operator').where(isActiveAccount)
  return (yield* first(operators.limit(1))) !== undefined
}
