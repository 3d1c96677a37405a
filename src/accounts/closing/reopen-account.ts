import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { readAccount, updateAccount } from '../account.ts'
import { claimCode, findCode } from '../codes.ts'

/** Checks a reopening link without using it up. Throws `code_gone`. */
export async function peekReopening(app: App, code: string): Promise<void> {
  if (!(await findCode(app, 'restore', code))) throw new AppError('code_gone')
}

/** Reopens a closed account within its grace period. Its sessions and API tokens stay deleted. Throws `code_gone`. */
export async function reopenAccount(app: App, actor: Actor, code: string): Promise<void> {
  app.throttle.consume('code', code, actor.network)
  await app.db.commit(function* () {
    const account = (yield* claimCode(app, 'restore', code))?.account
    if (!account) throw new AppError('code_gone')
    const { email } = yield* readAccount(account)
    yield* updateAccount(account, { closed_at: null, erase_due_at: null })
    yield* enqueueMail(app, { kind: 'account-restored', purpose: 'account', to: email, account, facts: {} })
  })
}
