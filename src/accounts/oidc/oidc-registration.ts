import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import { insertAccount, isTaken } from '../account.ts'
import { claimCode, findCode, issueCode } from '../codes.ts'
import { type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import { requireAgreements, type SignUpAgreements } from '../sign-up/agreements.ts'
import type { OidcProfile } from './oidc-claims.ts'

/** Time to complete a registration, in milliseconds. */
const registrationTtl = 15 * minute

/** A user of the provider who has no account here yet, as the registration page shows it. */
export interface PendingRegistration {
  readonly email: string
  /** The proposed user name. */
  readonly name: string
}

/** The input that completes a registration. */
export interface OidcRegistration extends SignUpAgreements {
  readonly userName: string
}

interface PendingProfile extends OidcProfile {
  readonly email: string
}

/**
 * Stores the profile of a new user until the registration is completed. Returns the value of the registration cookie. An
 * account at the provider counts as an invitation, unless sign-up is closed. Throws `sign_up_closed`, `oidc_email`,
 * `oidc_email_taken`.
 */
export async function startRegistration(app: App, profile: OidcProfile): Promise<string> {
  const { email } = profile
  if (app.config.signUp === 'closed') throw new AppError('sign_up_closed')
  if (email === undefined) throw new AppError('oidc_email')
  if (await app.db.read(() => isTaken('email', email))) throw new AppError('oidc_email_taken')
  const code = { purpose: 'oidc', email, data: JSON.stringify(profile), ttl: registrationTtl } as const
  return app.db.commit(() => issueCode(app, code))
}

/** Returns the pending registration of a cookie without using it up. Throws `oidc_expired`. */
export async function pendingRegistration(app: App, cookie: string): Promise<PendingRegistration> {
  const { email, name } = parseProfile((await findCode(app, 'oidc', cookie))?.data)
  return { email, name }
}

/**
 * Creates the account of a pending registration and signs the browser in. Throws what `requireAgreements` throws, `oidc_expired`, `user_name_taken`, `email_taken`, `sign_in_failed`.
 */
export async function completeRegistration(
  app: App,
  cookie: string,
  input: OidcRegistration,
  browser: string,
): Promise<SignInResult> {
  requireAgreements(app, input)
  const { userName, agreed } = input
  const { id, isStrong } = await app.db.commit(function* () {
    const {
      email,
      role = 'member',
      issuer,
      subject,
      isStrong,
    } = parseProfile((yield* claimCode(app, 'oidc', cookie))?.data)
    const now = app.now()
    const id = yield* insertAccount(app, { userName, email, password: null, role, ageStatedAt: now, agreed })
    const insert = query.insertInto('identity').values({ issuer, subject, account_id: id, created_at: now })
    // The same user may submit two registration pages; the first one created the account.
    if ((yield* run(insert.onConflict((conflict) => conflict.doNothing()))) === 0) throw new AppError('oidc_expired')
    return { id, isStrong }
  })
  return signInAs(app, { id }, browser, { factors: isStrong ? 'both' : 'one' })
}

// Started authorizations are stored with the same code purpose, but without a subject.
function parseProfile(data: string | undefined): PendingProfile {
  const profile = data === undefined ? {} : JSON.parse(data)
  if (!('subject' in profile)) throw new AppError('oidc_expired')
  return profile
}
