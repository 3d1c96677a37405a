import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { AccountTable, Role } from '../database/schema/accounts.ts'
import { AppError } from '../errors.ts'
import { type ConsentPurpose, recordConsent, signUpOffers } from '../privacy/consent/consents.ts'
import { isActiveAccount } from './active-account.ts'

/** What a new account is made of. */
export interface NewAccount {
  readonly userName: string
  readonly email: string
  /** The PHC string; null for one that signs in another way. */
  readonly password: string | null
  readonly role: Role
  readonly ageStatedAt: number
  readonly agreed: readonly ConsentPurpose[]
}

/** An account as it is stored. */
export type AccountRow = AccountTable

/**
 * Makes an account whose address is known to be its owner's, with what was agreed to, inside the caller's commit; its
 * id. Throws `user_name_taken`, `email_taken`.
 */
export function insertAccount(app: App, wish: NewAccount): string {
  const { userName, email, password, role, ageStatedAt, agreed } = wish
  if (isTaken(app, 'user_name', userName)) throw new AppError('user_name_taken')
  if (isTaken(app, 'email', email)) throw new AppError('email_taken')
  const id = app.random(16).toHex()
  const now = app.now()
  app.db.run(
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
    recordConsent(app, id, purpose, agreed.includes(purpose) ? 'given' : 'refused', 'sign-up')
  return id
}

/** Whether somebody has this name or address already. */
export function isTaken(app: App, column: 'user_name' | 'email', value: string): boolean {
  return app.db.first(query.selectFrom('account').select('id').where(column, '=', value)) !== undefined
}

/** The account with this id. Throws `sign_in_required` where there is none any more. */
export function accountRow(app: App, id: string): AccountRow {
  const row = app.db.first(query.selectFrom('account').selectAll().where('id', '=', id))
  if (!row) throw new AppError('sign_in_required')
  return row
}

/** The account that signs in with this user name or e-mail address, if there is one. */
export function findAccount(app: App, nameOrAddress: string): AccountRow | undefined {
  const typed = nameOrAddress.trim().toLowerCase()
  const column = typed.includes('@') ? 'email' : 'user_name'
  return app.db.first(query.selectFrom('account').selectAll().where(column, '=', typed))
}

/** Changes what is stored of an account, inside the caller's commit. */
export function updateAccount(app: App, id: string, values: Partial<Omit<AccountTable, 'id'>>): void {
  app.db.run(query.updateTable('account').set(values).where('id', '=', id))
}

/** Whether there is an operator who can sign in. */
export function hasOperator(app: App): boolean {
  return (
    app.db.first(
      query.selectFrom('account').select('id').where('role', '=', 'operator').where(isActiveAccount).limit(1),
    ) !== undefined
  )
}
