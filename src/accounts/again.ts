import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { AppError } from '../errors.ts'
import type { Member } from './access.ts'
import { accountRow } from './account.ts'
import { guesses } from './guesses.ts'
import { isPassword } from './passwords.ts'

/** How long after sign-in a session still counts as fresh, in milliseconds. */
const fresh = 600_000

/**
 * Asks somebody who is signed in to show once more who they are, before what cannot be taken back: with the password,
 * or by having signed in a moment ago. Throws `password_wrong`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function proveAgain(app: App, member: Member, password: string | undefined): Promise<void> {
  if (password === undefined || password === '') {
    if (!isFresh(app, member)) throw new AppError('reauthentication_required')
    return
  }
  const { account, network } = member
  guesses(app).take('sign-in', account, network)
  if (!(await isPassword(accountRow(app, account).password, password))) throw new AppError('password_wrong')
  guesses(app).forgive('sign-in', account, network)
}

function isFresh(app: App, { session }: Member): boolean {
  if (session === null) return false
  const row = app.db.first(query.selectFrom('session').select('passed_at').where('lookup', '=', session))
  return row !== undefined && row.passed_at !== null && row.passed_at > app.now() - fresh
}
