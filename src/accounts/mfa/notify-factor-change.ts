import type { App } from '../../app.ts'
import type { Unit } from '../../database/unit.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { readFactorRow } from './factor-row.ts'

/** Notifies the owner of an account by mail that its sign-in methods changed, inside the caller's commit. */
export function* notifyFactorChange(app: App, account: string): Unit<void> {
  const { email } = yield* readFactorRow(account)
  yield* enqueueMail(app, { kind: 'mfa-changed', purpose: 'account', to: email, account, facts: {} })
}
