import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { pendingOffers } from '../../privacy/consent/consents.ts'
import { isActiveAccount } from '../active-account.ts'
import { type ActiveSession, deleteSession, startSession } from '../sessions/sessions.ts'

/** What comes after a first factor: all is well, there is something new to agree to, a second one is asked for, or one has to be set up first. */
export type NextStep = 'in' | 'asked' | 'factor' | 'enrol'

/** Where a browser is sent for what comes next. */
export const nextStepPath = {
  in: '/',
  asked: '/account/asked',
  factor: '/sign-in/factor',
  enrol: '/account/factors',
} as const satisfies Record<NextStep, string>

/** A browser that has shown who it is: the value of its new cookie, and what comes next. */
export interface SignInResult {
  readonly cookie: string
  readonly next: NextStep
}

/** What was shown: one factor, or, with a passkey that knows its user, both. */
export interface SignInProof {
  readonly factors: 'one' | 'both'
  /** The session that the browser had before; it ends. */
  readonly replaces?: Uint8Array | null
}

/**
 * The one place that decides what a shown factor is good for, whichever it was: password, passkey, login link or an
 * OpenID provider. The session is a new one; it is a half session where something is still lacking. Throws `sign_in_failed`.
 */
export async function signInAs(
  app: App,
  account: { readonly id: string },
  browser: string,
  { factors, replaces }: SignInProof,
): Promise<SignInResult> {
  const row = findActiveAccount(app, account.id)
  if (!row) throw new AppError('sign_in_failed')
  const next = factors === 'both' ? 'in' : nextStepOf(app, row)
  const cookie = await startSession(app, row, browser, next === 'in')
  if (replaces) await app.db.commit(() => deleteSession(app, replaces))
  return { cookie, next: next === 'in' ? stepAfterSignIn(app, row.id) : next }
}

/** Where somebody goes who has signed in: to what is new to agree to, once, or on (P08). */
export function stepAfterSignIn(app: App, account: string): 'in' | 'asked' {
  return pendingOffers(app, account).length > 0 ? 'asked' : 'in'
}

/** The half session has shown, or set up, what it lacked: the browser gets a new token, and the half one ends. */
export async function completeMfa(app: App, half: ActiveSession, browser: string): Promise<string> {
  const row = findActiveAccount(app, half.account)
  if (!row) throw new AppError('sign_in_failed')
  const cookie = await startSession(app, row, browser, true)
  await app.db.commit(() => deleteSession(app, half.lookup))
  return cookie
}

/** Where a browser with half a session goes on. */
export function pendingMfaPath(app: App, { account }: ActiveSession): string {
  return nextStepPath[hasMfa(app, account) ? 'factor' : 'enrol']
}

/** Whether the operator asks a second factor of this role. */
export function requiresMfa({ config }: App, role: Role): boolean {
  return config.secondFactor === 'everyone' || (config.secondFactor === 'operators' && role === 'operator')
}

/** Whether the account has a second factor. */
export function hasMfa(app: App, account: string): boolean {
  return findActiveAccount(app, account)?.hasFactor === 1
}

function nextStepOf(app: App, row: { role: Role; hasFactor: number }): NextStep {
  if (row.hasFactor === 1) return 'factor'
  return requiresMfa(app, row.role) ? 'enrol' : 'in'
}

// An account that may sign in at all.
function findActiveAccount(app: App, id: string) {
  return app.db.first(
    query
      .selectFrom('account')
      .select(['id', 'role'])
      .select(({ exists, or, eb, selectFrom }) =>
        or([
          eb('totp_since', 'is not', null),
          exists(selectFrom('passkey').select('passkey.id').whereRef('passkey.account_id', '=', 'account.id')),
        ])
          .$castTo<number>()
          .as('hasFactor'),
      )
      .where('id', '=', id)
      .where(isActiveAccount),
  )
}
