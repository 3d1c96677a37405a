import type { Member } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { hour } from '../../time.ts'
import { accessLogRetention, maxGrantDuration } from '../inventory/periods.ts'

/** Permission for support to see the metadata of one account. Times are in milliseconds since 1970. */
export interface Grant {
  readonly grantedAt: number
  readonly expiresAt: number
}

/** Grants support access to the member's own account for a number of hours (P03), replacing any active grant. Throws `field_invalid`. */
export async function createGrant(app: App, { account }: Member, hours: number): Promise<void> {
  const duration = hours * hour
  if (!Number.isInteger(hours) || duration <= 0 || duration > maxGrantDuration)
    throw new AppError('field_invalid', { field: 'hours', max: maxGrantDuration / hour })
  await app.db.commit(function* () {
    yield* endGrants(app, account)
    const now = app.now()
    const values = {
      account_id: account,
      given_at: now,
      expires_at: now + duration,
      forget_at: now + duration + accessLogRetention,
    }
    yield* run(query.insertInto('support_grant').values(values))
  })
}

/** Ends support access to the member's own account immediately. */
export async function endGrant(app: App, { account }: Member): Promise<void> {
  await app.db.commit(() => endGrants(app, account))
}

/** Ends every active grant of an account, inside the caller's commit. */
export function* endGrants(app: App, account: string): Unit<void> {
  yield* run(endActiveGrants(app).where('account_id', '=', account))
}

/** Ends every active grant of every account, inside the caller's commit. */
export function* endAllGrants(app: App): Unit<void> {
  yield* run(endActiveGrants(app))
}

function endActiveGrants(app: App) {
  const now = app.now()
  return query
    .updateTable('support_grant')
    .set({ ended_at: now, forget_at: now + accessLogRetention })
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
}

/** Reads the active grant of an account, if there is one. */
export function readActiveGrant(app: App, account: string): Promise<Grant | undefined> {
  return app.db.read(() => findActiveGrant(app, account))
}

/** Does the same as `readActiveGrant`, inside the caller's unit. */
export function* findActiveGrant(app: App, account: string): Unit<Grant | undefined> {
  const row = yield* first(
    query
      .selectFrom('support_grant')
      .select(['given_at', 'expires_at'])
      .where('account_id', '=', account)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', app.now())
      .limit(1),
  )
  return row && { grantedAt: row.given_at, expiresAt: row.expires_at }
}
