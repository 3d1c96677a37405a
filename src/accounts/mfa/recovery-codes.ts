import type { App } from '../../app.ts'
import { randomString } from '../../crypto/random.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'

const count = 10
// Without signs that are taken for one another. Eighteen of thirty-one are 89 bits: nobody guesses one, so a fast hash
// is enough to keep them by.
const signs = '23456789abcdefghjkmnpqrstuvwxyz'
const length = 18

/** Gives an account ten new recovery codes in place of any it had, inside the caller's commit. They are shown once. */
export function issueRecoveryCodes(app: App, account: string): string[] {
  deleteRecoveryCodes(app, account)
  const codes = Array.from({ length: count }, () => newCode(app))
  const now = app.now()
  for (const code of codes)
    app.db.run(
      query
        .insertInto('recovery_code')
        .values({ lookup: lookupOf(account, code), account_id: account, created_at: now }),
    )
  return codes
}

/** Takes them all away, inside the caller's commit. */
export function deleteRecoveryCodes(app: App, account: string): void {
  app.db.run(query.deleteFrom('recovery_code').where('account_id', '=', account))
}

/** How many are left. */
export function recoveryCodesLeft(app: App, account: string): number {
  return app.db.first(countCodes({ account }))?.left ?? 0
}

/** Whether this is an unused code of the account; changes nothing. A browser's own passwords look just like one. */
export function isRecoveryCode(app: App, account: string, words: string): boolean {
  return app.db.first(findCode({ lookup: lookupOf(account, words), account })) !== undefined
}

/** Uses a code up, inside the caller's commit: of any number who bring it one is let in. Throws `mfa_code_wrong`. */
export function claimRecoveryCode(app: App, account: string, code: string): void {
  if (!app.db.first(takeCode({ lookup: lookupOf(account, code), account }))) throw new AppError('mfa_code_wrong')
}

function newCode(app: App): string {
  return randomString(signs, length, app.random).replace(/.{6}(?=.)/g, '$&-')
}

function lookupOf(account: string, code: string): Uint8Array {
  return digest('recovery', account, '\0', code.toLowerCase().replaceAll(/[^0-9a-z]/g, ''))
}

const countCodes = preparedQuery<{ account: string }>()((value) =>
  query
    .selectFrom('recovery_code')
    .select(({ fn }) => fn.countAll<number>().as('left'))
    .where('account_id', '=', value('account')),
)
const findCode = preparedQuery<{ lookup: Uint8Array; account: string }>()((value) =>
  query
    .selectFrom('recovery_code')
    .select('lookup')
    .where('lookup', '=', value('lookup'))
    .where('account_id', '=', value('account')),
)
const takeCode = preparedQuery<{ lookup: Uint8Array; account: string }>()((value) =>
  query
    .deleteFrom('recovery_code')
    .where('lookup', '=', value('lookup'))
    .where('account_id', '=', value('account'))
    .returning('lookup'),
)
