import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { first } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { minute } from '../time.ts'
import type { Member } from './access.ts'
import { readAccount } from './account.ts'
import { verifyPassword } from './password/password-hash.ts'

/** How long after sign-in a session counts as fresh, in milliseconds. */
const freshFor = 10 * minute

/**
 * Re-authenticates a member before an irreversible action: by password or, without one, by a session under ten minutes
 * old. Throws `password_wrong`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function reauthenticate(app: App, member: Member, password: string | undefined): Promise<void> {
  if (password === undefined || password === '') {
    if (!(await isFresh(app, member))) throw new AppError('reauthentication_required')
    return
  }
  const { account, network } = member
  app.throttle.consume('sign-in', account, network)
  if (!(await verifyPassword(app, (await app.db.read(() => readAccount(account))).password, password)))
    throw new AppError('password_wrong')
  app.throttle.reset('sign-in', account, network)
}

async function isFresh(app: App, { session }: Member): Promise<boolean> {
  if (session === null) return false
  const row = await app.db.read(() =>
    first(query.selectFrom('session').select('authenticated_at').where('lookup', '=', session)),
  )
  return row !== undefined && row.authenticated_at !== null && row.authenticated_at > app.now() - freshFor
}
