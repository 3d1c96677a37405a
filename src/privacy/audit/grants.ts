import type { Member } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { hour } from '../../time.ts'
import { accessLogRetention, maxGrantDuration } from '../inventory/periods.ts'

/** A grant by which support may see the metadata of one account. */
export interface Grant {
  readonly grantedAt: number
  readonly expiresAt: number
}

/** Lets support see one's own account for some hours (P03); a grant that runs already is over with it. Throws `field_invalid`. */
export async function createGrant(app: App, { account }: Member, hours: number): Promise<void> {
  const length = hours * hour
  if (!Number.isInteger(hours) || length <= 0 || length > maxGrantDuration)
    throw new AppError('field_invalid', { field: 'hours' })
  await app.db.commit(() => {
    endGrants(app, account)
    const now = app.now()
    const row = {
      account_id: account,
      given_at: now,
      expires_at: now + length,
      forget_at: now + length + accessLogRetention,
    }
    app.db.run(query.insertInto('support_grant').values(row))
  })
}

/** Ends what support may see of one's own account, at once. */
export async function endGrant(app: App, { account }: Member): Promise<void> {
  await app.db.commit(() => endGrants(app, account))
}

/** Ends every grant of an account that runs, inside the caller's commit. */
export function endGrants(app: App, account: string): void {
  const now = app.now()
  app.db.run(
    query
      .updateTable('support_grant')
      .set({ ended_at: now, forget_at: now + accessLogRetention })
      .where('account_id', '=', account)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', now),
  )
}

/** The grant of an account that runs now, if there is one. */
export function findActiveGrant(app: App, account: string): Grant | undefined {
  const row = app.db.first(
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
