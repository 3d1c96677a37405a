import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import type { Actor } from '../actor.ts'
import { claimCode, deleteCodes, findCode, issueCode } from '../codes.ts'
import { type SignInProof, type SignInResult, signInAs } from './sign-in.ts'

/** How long a link that the operator hands over may be used, in milliseconds. */
export const loginLinkTtl = 30 * minute

/** Makes a link that signs an account in once, in place of its first factor; its path. The one before counts no longer. */
export async function createLoginLink(app: App, account: string): Promise<string> {
  return app.db.commit(() => {
    deleteCodes(app, 'login', account)
    return `/login/${issueCode(app, { purpose: 'login', account, ttl: loginLinkTtl })}`
  })
}

/** Whether a link still counts; changes nothing. Throws `code_gone`. */
export function peekLoginLink(app: App, code: string): void {
  if (!findCode(app, 'login', code)) throw new AppError('code_gone')
}

/** Signs a browser in by its link, once. Throws `code_gone`, `sign_in_failed`. */
export async function signInByLink(
  app: App,
  actor: Actor,
  code: string,
  browser: string,
  replaces: SignInProof['replaces'] = null,
): Promise<SignInResult> {
  app.throttle.consume('code', code, actor.network)
  const claimed = await app.db.commit(() => claimCode(app, 'login', code))
  if (!claimed || claimed.account === null) throw new AppError('code_gone')
  return signInAs(app, { id: claimed.account }, browser, { factors: 'one', replaces })
}
