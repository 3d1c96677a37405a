import type { ActiveSession } from '../../actor.ts'
import type { App } from '../../app.ts'
import { completeMfa } from '../sign-in/sign-in.ts'
import { consumeRecoveryCode } from './recovery-codes.ts'
import { consumeTotp, looksLikeTotp } from './totp.ts'

/**
 * Completes a session with pending MFA by a code of the app or a recovery code. Returns the token of the new session.
 * Throws `mfa_code_wrong`, `slow_down`, `sign_in_failed`.
 */
export async function completeMfaWithCode(
  app: App,
  pendingMfa: ActiveSession,
  network: string,
  browser: string,
  code: string,
): Promise<string> {
  const { account } = pendingMfa
  if (looksLikeTotp(code)) await consumeTotp(app, account, network, code)
  else await consumeRecoveryCode(app, account, network, code)
  return completeMfa(app, pendingMfa, browser)
}
