import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { lookUpAccount } from '../account.ts'
import { hashPassword, needsRehash, verifyPassword } from '../password/password-hash.ts'
import { type SignInResult, signInAs } from './sign-in.ts'

/** The credentials of a sign-in; `name` is a user name or an email address. */
export interface Credentials {
  readonly name: string
  readonly password: string
}

/**
 * Signs a browser in with a password. Fails in the same way and time for an unknown name. `previousSession` is the hash of
 * the session that the browser had before; it ends. Throws `sign_in_failed`, `password_sign_in_off`, `slow_down`, `too_busy`.
 */
export async function signIn(
  app: App,
  actor: Actor,
  { name, password }: Credentials,
  browser: string,
  previousSession: Uint8Array | null = null,
): Promise<SignInResult> {
  if (!app.config.passwordSignIn) throw new AppError('password_sign_in_off')
  const subject = name.trim().toLowerCase()
  app.throttle.consume('sign-in', subject, actor.network)
  const row = await lookUpAccount(app, name)
  if (!(await verifyPassword(app, row?.password, password)) || !row?.password) throw new AppError('sign_in_failed')
  app.throttle.reset('sign-in', subject, actor.network)
  if (needsRehash(app, row.password)) await rehash(app, row.id, row.password, password)
  return signInAs(app, row, browser, { factors: 'one', previousSession })
}

// A password that was changed in the meantime stays.
async function rehash(app: App, id: string, oldHash: string, password: string): Promise<void> {
  const hash = await hashPassword(app, password)
  const change = query.updateTable('account').set({ password: hash }).where('id', '=', id)
  await app.db.commit(() => run(change.where('password', '=', oldHash)))
}
