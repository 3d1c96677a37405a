import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import type { ConsentPurpose } from '../../privacy/consent/consents.ts'
import { minute } from '../../time.ts'
import { insertAccount, isTaken } from '../account.ts'
import { claimCode, findCode, issueCode } from '../codes.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import type { OidcProfile } from './oidc-claims.ts'

/** How long a newcomer has for the page that asks what they agree to, in milliseconds. */
const patience = 15 * minute

/** Somebody whom the provider knows and this instance does not, as far as their page shows it. */
export interface PendingRegistration {
  readonly email: string
  /** A user name to propose. */
  readonly name: string
}

interface Kept extends OidcProfile {
  readonly email: string
}

/**
 * Keeps what the provider said of somebody until they agreed; gives the value by which they are known, for a cookie.
 * To be known to the organization is an invitation; only where sign-up is closed does nobody come in. Throws
 * `sign_up_closed`, `oidc_email`, `oidc_email_taken`.
 */
export async function startRegistration(app: App, person: OidcProfile): Promise<string> {
  const { email } = person
  if (app.config.signUp === 'closed') throw new AppError('sign_up_closed')
  if (email === undefined) throw new AppError('oidc_email')
  if (isTaken(app, 'email', email)) throw new AppError('oidc_email_taken')
  const code = { purpose: 'oidc', email, data: JSON.stringify(person), ttl: patience } as const
  return app.db.commit(() => issueCode(app, code))
}

/** Who is signing up; changes nothing. Throws `oidc_expired`. */
export function pendingRegistration(app: App, value: string): PendingRegistration {
  const { email, name } = keptOf(findCode(app, 'oidc', value)?.data)
  return { email, name }
}

/**
 * Makes the account of somebody who comes from the provider for the first time, and signs them in. The age was stated
 * and every condition agreed to. Throws `oidc_expired`, `user_name_taken`, `email_taken`, `sign_in_failed`.
 */
export async function completeRegistration(
  app: App,
  value: string,
  { userName, agreed }: { readonly userName: string; readonly agreed: readonly ConsentPurpose[] },
  browser: string,
): Promise<SignInResult> {
  const { id, isStrong } = await app.db.commit(() => {
    const person = keptOf(claimCode(app, 'oidc', value)?.data)
    const { email, role = 'member', issuer, subject, isStrong } = person
    const now = app.now()
    const id = insertAccount(app, { userName, email, password: null, role, ageStatedAt: now, agreed })
    const identity = { issuer, subject, account_id: id, created_at: now }
    const added = query.insertInto('identity').values(identity)
    // Two pages of the same newcomer, both agreed to: the first one made the account.
    if (app.db.run(added.onConflict((conflict) => conflict.doNothing())).changes === 0)
      throw new AppError('oidc_expired')
    return { id, isStrong }
  })
  return signInAs(app, { id }, browser, { factors: isStrong ? 'both' : 'one' })
}

// The same table keeps who is still on the way to the provider; that is no person.
function keptOf(data: string | undefined): Kept {
  const kept = data === undefined ? {} : JSON.parse(data)
  if (!('subject' in kept)) throw new AppError('oidc_expired')
  return kept
}
