import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import type { Member } from '../access.ts'
import { findAccount, readAccount, updateAccount } from '../account.ts'

/** The stored account data as its owner sees it; of credentials, only whether they exist. */
export interface Profile {
  readonly userName: string
  readonly email: string
  readonly realName: string | null
  readonly hasPicture: boolean
  readonly hasPassword: boolean
  readonly role: Role
  readonly secondFactorSince: number | null
  readonly ageStatedAt: number
  readonly createdAt: number
  readonly confirmedAt: number | null
}

/** Returns the profile of a member. */
export async function readProfile(app: App, { account }: Member): Promise<Profile> {
  const row = await app.db.read(() => readAccount(account))
  return {
    userName: row.user_name,
    email: row.email,
    realName: row.real_name,
    hasPicture: row.picture !== null,
    hasPassword: row.password !== null,
    role: row.role,
    secondFactorSince: row.totp_since,
    ageStatedAt: row.age_stated_at,
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at,
  }
}

/** The values to change; `null` erases, undefined leaves unchanged. */
export interface ProfileChange {
  readonly userName?: string | undefined
  readonly realName?: string | null | undefined
}

/** Changes the user name, changes or erases the real name. Throws `user_name_taken`. */
export async function changeProfile(app: App, member: Member, { userName, realName }: ProfileChange): Promise<Profile> {
  await app.db.commit(function* () {
    const existing = userName === undefined ? undefined : yield* findAccount(userName)
    if (existing && existing.id !== member.account) throw new AppError('user_name_taken')
    yield* updateAccount(member.account, {
      ...(userName !== undefined && { user_name: userName }),
      ...(realName !== undefined && { real_name: realName }),
    })
  })
  return readProfile(app, member)
}
