import { eraseRestoredAccounts } from '../accounts/closing/erase-accounts.ts'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { run, type Unit } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { giveUpUnsentMail } from '../mail/queue.ts'
import { endAllGrants } from '../privacy/audit/grants.ts'
import { registerRetention } from '../privacy/inventory/periods.ts'
import { drawRunMark, recordRunMark, storeRunMark } from './run-marks.ts'
import type { Suspension } from './suspension.ts'
import { readWitness } from './witness.ts'

/** How the operator accepts a restore. */
export interface Acceptance {
  /** The folder was moved, not copied: everything is kept. */
  readonly isMoved: boolean
  /** Lists of erased accounts beside the ones that the instance has, one record per line. */
  readonly erasures: readonly string[]
}

/** What an accepted restore ended. `unaccountedFrom` is null if it is not known. */
export interface AcceptedRestore {
  readonly secrets: number
  readonly sessions: number
  readonly tokens: number
  readonly accounts: number
  readonly unaccountedFrom: number | null
  readonly detectedAt: number
}

/**
 * Accepts that the database was restored or copied (P01, P22). Withdraws every unopened secret that is older than the
 * detection, ends sessions, tokens, codes and support grants, gives up unsent mail, and erases again the accounts that were
 * erased since. A moved folder keeps everything. Throws `not_suspended`, and `restore_not_moved` if the marks do not agree.
 */
export async function acceptRestore(app: App, { isMoved, erasures }: Acceptance): Promise<AcceptedRestore> {
  const { suspension } = app.continuation
  if (!suspension) throw new AppError('not_suspended')
  if (isMoved && !suspension.marksAgree) throw new AppError('restore_not_moved')
  const mark = drawRunMark(app)
  const ended = await app.db.commit(function* () {
    yield* storeRunMark(mark, app.clock.agreedTime())
    yield* recordRestoration(app, suspension, isMoved)
    return isMoved ? nothing : yield* endWhatIsOlder(app, suspension)
  })
  const accounts = isMoved
    ? 0
    : await eraseRestoredAccounts(app, [...erasures, readWitness(app.config)?.erasures ?? ''])
  // The file follows the erasures: if the program ends before it is written, the instance is suspended again.
  await recordRunMark(app, mark)
  app.continuation.suspension = undefined
  const { unaccountedFrom, detectedAt } = suspension
  return { ...ended, accounts, unaccountedFrom, detectedAt }
}

const nothing = { secrets: 0, sessions: 0, tokens: 0 }

function* endWhatIsOlder(app: App, { detectedAt }: Suspension): Unit<typeof nothing> {
  yield* run(query.deleteFrom('secret').where('created_at', '<', detectedAt))
  const secrets = yield* run(withdrawUnopened(app.now(), detectedAt))
  yield* run(query.deleteFrom('idempotent_response'))
  yield* run(query.deleteFrom('code'))
  // A grant may have been ended since (P03).
  yield* endAllGrants(app)
  // The original may have sent it, and a link in it opens nothing any more.
  yield* giveUpUnsentMail(app, detectedAt)
  const sessions = yield* run(query.deleteFrom('session'))
  return { secrets, sessions, tokens: yield* run(query.deleteFrom('token')) }
}

// By their receipts: a backup has no secrets.
function withdrawUnopened(now: number, before: number) {
  return query
    .updateTable('receipt')
    .set({ withdrawn_at: now })
    .where('created_at', '<', before)
    .where('expires_at', '>', now)
    .where('revealed_at', 'is', null)
    .where('burned_at', 'is', null)
    .where('withdrawn_at', 'is', null)
}

function recordRestoration(app: App, { unaccountedFrom, detectedAt }: Suspension, isMoved: boolean): Unit<unknown> {
  const acceptedAt = app.now()
  return run(
    query.insertInto('restoration').values({
      kind: isMoved ? 'moved' : 'accepted',
      unaccounted_from: unaccountedFrom,
      detected_at: detectedAt,
      accepted_at: acceptedAt,
      forget_at: acceptedAt + registerRetention.register,
    }),
  )
}
