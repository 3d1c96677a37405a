import type { App } from '../../app.ts'
import { randomString } from '../../crypto/random.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { notifyFactorChange } from './notify-factor-change.ts'

const codeCount = 10
// No characters that are easily confused. Eighteen of these are 89 bits, so a fast hash is enough to store them.
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'
const codeLength = 18

/** Replaces the recovery codes of an account with ten new ones, inside the caller's commit. Only hashes are stored. */
export function* issueRecoveryCodes(app: App, account: string): Unit<string[]> {
  yield* deleteRecoveryCodes(account)
  const codes = Array.from({ length: codeCount }, () => createCode(app))
  const now = app.now()
  for (const code of codes)
    yield* run(
      query
        .insertInto('recovery_code')
        .values({ lookup: lookupOf(account, code), account_id: account, created_at: now }),
    )
  return codes
}

/** Deletes the recovery codes of an account, inside the caller's commit. */
export function* deleteRecoveryCodes(account: string): Unit<void> {
  yield* run(query.deleteFrom('recovery_code').where('account_id', '=', account))
}

/** Returns the number of unused recovery codes of an account. */
export function* recoveryCodesLeft(account: string): Unit<number> {
  return (yield* first(countCodes({ account })))?.left ?? 0
}

/** Tests whether a text is an unused recovery code of the account, without using it up. A password may have the same form. */
export async function isRecoveryCode(app: App, account: string, text: string): Promise<boolean> {
  return (await app.db.read(() => first(selectCode({ lookup: lookupOf(account, text), account })))) !== undefined
}

/** Uses up a recovery code and notifies the owner. Of several concurrent callers one succeeds. Throws `mfa_code_wrong`, `slow_down`. */
export async function consumeRecoveryCode(app: App, account: string, network: string, code: string): Promise<void> {
  app.throttle.consume('code', account, network)
  await app.db.commit(function* () {
    if (!(yield* first(deleteCode({ lookup: lookupOf(account, code), account })))) throw new AppError('mfa_code_wrong')
    yield* notifyFactorChange(app, account)
  })
}

function createCode(app: App): string {
  return randomString(alphabet, codeLength, app.random).replace(/.{6}(?=.)/g, '$&-')
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
const selectCode = preparedQuery<{ lookup: Uint8Array; account: string }>()((value) =>
  query
    .selectFrom('recovery_code')
    .select('lookup')
    .where('lookup', '=', value('lookup'))
    .where('account_id', '=', value('account')),
)
const deleteCode = preparedQuery<{ lookup: Uint8Array; account: string }>()((value) =>
  query
    .deleteFrom('recovery_code')
    .where('lookup', '=', value('lookup'))
    .where('account_id', '=', value('account'))
    .returning('lookup'),
)
