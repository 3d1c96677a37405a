import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import { claimCode, deleteCodes, findCode, issueCode } from '../codes.ts'
import { type SignInResult, signInAs } from './sign-in.ts'

/** Lifetime of a login link that the operator hands over, in milliseconds. */
export const loginLinkTtl = 30 * minute

/** Creates a single-use login link in place of the first factor and replaces an earlier one. Returns its path. */
export async function createLoginLink(app: App, account: string): Promise<string> {
  return app.db.commit(function* () {
    yield* deleteCodes('login', account)
    return `/login/${yield* issueCode(app, { purpose: 'login', account, ttl: loginLinkTtl })}`
  })
}

/** Checks a login link without using it up. Throws `code_gone`. */
export async function peekLoginLink(app: App, code: string): Promise<void> {
  if (!(await findCode(app, 'login', code))) throw new AppError('code_gone')
}

/**
 * Signs a browser in with a login link and uses it up. `previousSession` is the hash of the session that the browser had
 * before; it ends. Throws `code_gone`, `sign_in_failed`, `slow_down`.
 */
export async function signInByLink(
  app: App,
  actor: Actor,
  code: string,
  browser: string,
  previousSession: Uint8Array | null = null,
): Promise<SignInResult> {
  app.throttle.consume('code', code, actor.network)
  const claimed = await app.db.commit(() => claimCode(app, 'login', code))
  if (!claimed || claimed.account === null) throw new AppError('code_gone')
  return signInAs(app, { id: claimed.account }, browser, { factors: 'one', previousSession })
}
