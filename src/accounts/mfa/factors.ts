import { sql } from 'kysely'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { requireAccount } from '../access.ts'
import type { Actor } from '../actor.ts'
import { reauthenticate } from '../reauthenticate.ts'
import { type ActiveSession, endSessions } from '../sessions.ts'
import { completeMfa, hasMfa, requiresMfa } from '../sign-in/sign-in.ts'
import {
  claimRecoveryCode,
  deleteRecoveryCodes,
  isRecoveryCode,
  issueRecoveryCodes,
  recoveryCodesLeft,
} from './recovery-codes.ts'
import { confirmTotp, consumeTotp, deleteTotp, looksLikeTotp } from './totp.ts'

/**
 * Whose factors these are: somebody signed in, or half signed in without any factor, who has to get one first (`half`).
 */
export interface FactorOwner extends Actor {
  readonly account: string
  readonly pendingMfa: ActiveSession | undefined
}

/** What an account shows besides its password. */
export interface Factors {
  readonly totpSince: number | null
  readonly recoveryCodes: number
  readonly hasPassword: boolean
  /** The OpenID provider knows the account. */
  readonly isKnownOutside: boolean
  /** The operator asks a second factor of this account. */
  readonly isRequired: boolean
}

/** Who may change factors. A half session may, while there is none that it would have to show. Throws `sign_in_required`, `not_allowed`. */
export function factorOwnerOf(app: App, actor: Actor, pendingMfa: ActiveSession | undefined): FactorOwner {
  if (pendingMfa && !hasMfa(app, pendingMfa.account)) return { ...actor, account: pendingMfa.account, pendingMfa }
  const member = requireAccount(actor)
  // A token is a program's: it has no factors, and must not be able to give its holder one.
  if (member.session === null) throw new AppError('not_allowed')
  return { ...member, pendingMfa: undefined }
}

/** What the page of factors shows, but for the passkeys. */
export function factorsOf(app: App, { account }: FactorOwner): Factors {
  const row = rowOf(app, account)
  return {
    totpSince: row.totp_since,
    recoveryCodes: recoveryCodesLeft(app, account),
    hasPassword: row.password !== null,
    isKnownOutside: row.identities > 0,
    isRequired: requiresMfa(app, row.role),
  }
}

/**
 * Asks who is signed in to show again who they are: by a code of the app, a recovery code or the password. Who has
 * neither app nor password has to have signed in a moment ago. Throws `mfa_code_wrong`, `password_wrong`,
 * `reauthentication_failed`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function reauthenticateOwner(app: App, actor: FactorOwner, shown = ''): Promise<void> {
  const { account, network, pendingMfa } = actor
  if (pendingMfa) return
  const row = rowOf(app, account)
  const hasApp = row.totp_since !== null
  if (hasApp && looksLikeTotp(shown)) return consumeTotp(app, account, network, shown, () => undefined)
  if (isRecoveryCode(app, account, shown)) return consumeRecoveryCode(app, account, network, shown)
  if (row.password === null ? hasApp : shown === '') throw new AppError('reauthentication_failed')
  await reauthenticate(app, requireAccount(actor), row.password === null ? undefined : shown)
}

/** Makes the app count, by its first right code. Gives the recovery codes, if these are the first. Throws `mfa_code_wrong`, `slow_down`. */
export async function confirmApp(app: App, holder: FactorOwner, code: string): Promise<string[]> {
  const { account, network } = holder
  return confirmTotp(app, account, network, code, () => onFactorAdded(app, holder))
}

/** Takes the app away. Throws `reauthentication_failed`, `mfa_code_wrong`, `mfa_required`, `slow_down`. */
export async function removeApp(app: App, holder: FactorOwner, proof?: string): Promise<void> {
  await reauthenticateOwner(app, holder, proof)
  await app.db.commit(() => {
    if (deleteTotp(app, holder.account)) onFactorRemoved(app, holder)
  })
}

/** Ten new recovery codes in place of the old ones. Throws `reauthentication_failed`, `mfa_code_wrong`, `slow_down`, `mfa_missing`. */
export async function newRecoveryCodes(app: App, holder: FactorOwner, proof?: string): Promise<string[]> {
  if (!hasMfa(app, holder.account)) throw new AppError('mfa_missing')
  await reauthenticateOwner(app, holder, proof)
  return app.db.commit(() => {
    notifyFactorChange(app, holder.account)
    return issueRecoveryCodes(app, holder.account)
  })
}

/**
 * Completes a half session by a code of the app or a recovery code; gives the cookie's new value. Throws
 * `mfa_code_wrong`, `slow_down`, `sign_in_failed`.
 */
export async function completeMfaWithCode(
  app: App,
  half: ActiveSession,
  network: string,
  browser: string,
  code: string,
): Promise<string> {
  const { account } = half
  if (looksLikeTotp(code)) await consumeTotp(app, account, network, code, () => undefined)
  else await consumeRecoveryCode(app, account, network, code)
  return completeMfa(app, half, browser)
}

async function consumeRecoveryCode(app: App, account: string, network: string, code: string): Promise<void> {
  app.throttle.consume('code', account, network)
  await app.db.commit(() => {
    claimRecoveryCode(app, account, code)
    notifyFactorChange(app, account)
  })
}

/**
 * A factor was added, inside the caller's commit. With the first one come recovery codes, which are given back, and
 * every other session ends: none of them has shown it.
 */
export function onFactorAdded(app: App, { account, session }: FactorOwner): string[] {
  notifyFactorChange(app, account)
  if (recoveryCodesLeft(app, account) > 0) return []
  if (session) endSessions(app, account, session)
  return issueRecoveryCodes(app, account)
}

/**
 * A factor was removed, inside the caller's commit, which it undoes where one is required, or no way in is left. Throws
 * `mfa_required`, `last_sign_in_method`.
 */
export function onFactorRemoved(app: App, holder: FactorOwner): void {
  const { account } = holder
  onSignInMethodRemoved(app, holder)
  if (hasMfa(app, account)) return
  if (requiresMfa(app, rowOf(app, account).role)) throw new AppError('mfa_required')
  deleteRecoveryCodes(app, account)
}

/** A way in was removed, inside the caller's commit, which it undoes where none is left. Throws `last_sign_in_method`. */
export function onSignInMethodRemoved(app: App, { account }: FactorOwner): void {
  notifyFactorChange(app, account)
  refuseLastSignInMethod(app, account)
}

// A password that signs nobody in is no way, nor is an identity of a provider that is not asked any more.
function refuseLastSignInMethod(app: App, account: string): void {
  const { password, passkeys, identities } = rowOf(app, account)
  const { passwordSignIn, oidcIssuer } = app.config
  const isOpen = (passwordSignIn && password !== null) || passkeys > 0 || (oidcIssuer !== undefined && identities > 0)
  if (!isOpen) throw new AppError('last_sign_in_method')
}

/** Tells the owner, inside the caller's commit. Throws nothing: a factor changes only where the account is there. */
export function notifyFactorChange(app: App, account: string): void {
  const to = rowOf(app, account).email
  enqueueMail(app, { kind: 'mfa-changed', purpose: 'account', to, account, facts: {} })
}

interface Row {
  readonly email: string
  readonly role: Role
  readonly password: string | null
  readonly totp_since: number | null
  readonly identities: number
  readonly passkeys: number
}

function rowOf(app: App, account: string): Row {
  const row = app.db.first(selectAccount({ account }))
  if (!row) throw new AppError('sign_in_required')
  return row
}

const count = (table: 'identity' | 'passkey') =>
  sql<number>`(select count(*) from ${sql.table(table)} where account_id = account.id)`

const selectAccount = preparedQuery<{ account: string }>()((value) =>
  query
    .selectFrom('account')
    .select(['email', 'role', 'password', 'totp_since'])
    .select([count('identity').as('identities'), count('passkey').as('passkeys')])
    .where('id', '=', value('account')),
)
