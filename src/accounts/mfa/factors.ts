import { sql } from 'kysely'
import type { Actor } from '../actor.ts'
import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { query, statement } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { requireAccount } from '../access.ts'
import { reauthenticate } from '../reauthenticate.ts'
import {
  dropRecoveryCodes,
  isRecoveryCode,
  issueRecoveryCodes,
  recoveryCodesLeft,
  spendRecoveryCode,
} from './recovery-codes.ts'
import { endSessions, type Signed } from '../sessions.ts'
import { hasFactor, needsFactor, pass } from '../sign-in/sign-in.ts'
import { confirmTotp, dropTotp, looksLikeTotp, spendTotp } from './totp.ts'

/**
 * Whose factors these are: somebody signed in, or half signed in without any factor, who has to get one first (`half`).
 */
export interface Holder extends Actor {
  readonly account: string
  readonly half: Signed | undefined
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
export function holderOf(app: App, actor: Actor, half: Signed | undefined): Holder {
  if (half && !hasFactor(app, half.account)) return { ...actor, account: half.account, half }
  const member = requireAccount(actor)
  // A token is a program's: it has no factors, and must not be able to give its holder one.
  if (member.session === null) throw new AppError('not_allowed')
  return { ...member, half: undefined }
}

/** What the page of factors shows, but for the passkeys. */
export function factorsOf(app: App, { account }: Holder): Factors {
  const row = rowOf(app, account)
  return {
    totpSince: row.totp_since,
    recoveryCodes: recoveryCodesLeft(app, account),
    hasPassword: row.password !== null,
    isKnownOutside: row.identities > 0,
    isRequired: needsFactor(app, row.role),
  }
}

/**
 * Asks who is signed in to show again who they are: by a code of the app, a recovery code or the password. Who has
 * neither app nor password has to have signed in a moment ago. Throws `mfa_code_wrong`, `password_wrong`,
 * `reauthentication_failed`, `reauthentication_required`, `slow_down`, `too_busy`.
 */
export async function proveHolder(app: App, actor: Holder, shown = ''): Promise<void> {
  const { account, network, half } = actor
  if (half) return
  const row = rowOf(app, account)
  const hasApp = row.totp_since !== null
  if (hasApp && looksLikeTotp(shown)) return spendTotp(app, account, network, shown, () => undefined)
  if (isRecoveryCode(app, account, shown)) return spendRecovery(app, account, network, shown)
  if (row.password === null ? hasApp : shown === '') throw new AppError('reauthentication_failed')
  await reauthenticate(app, requireAccount(actor), row.password === null ? undefined : shown)
}

/** Makes the app count, by its first right code. Gives the recovery codes, if these are the first. Throws `mfa_code_wrong`, `slow_down`. */
export async function confirmApp(app: App, holder: Holder, code: string): Promise<string[]> {
  const { account, network } = holder
  return confirmTotp(app, account, network, code, () => factorAdded(app, holder))
}

/** Takes the app away. Throws `reauthentication_failed`, `mfa_code_wrong`, `mfa_required`, `slow_down`. */
export async function removeApp(app: App, holder: Holder, proof?: string): Promise<void> {
  await proveHolder(app, holder, proof)
  await app.db.commit(() => {
    if (dropTotp(app, holder.account)) factorRemoved(app, holder)
  })
}

/** Ten new recovery codes in place of the old ones. Throws `reauthentication_failed`, `mfa_code_wrong`, `slow_down`, `mfa_missing`. */
export async function newRecoveryCodes(app: App, holder: Holder, proof?: string): Promise<string[]> {
  if (!hasFactor(app, holder.account)) throw new AppError('mfa_missing')
  await proveHolder(app, holder, proof)
  return app.db.commit(() => {
    tellOfChange(app, holder.account)
    return issueRecoveryCodes(app, holder.account)
  })
}

/**
 * Completes a half session by a code of the app or a recovery code; gives the cookie's new value. Throws
 * `mfa_code_wrong`, `slow_down`, `sign_in_failed`.
 */
export async function passWithCode(
  app: App,
  half: Signed,
  network: string,
  browser: string,
  code: string,
): Promise<string> {
  const { account } = half
  if (looksLikeTotp(code)) await spendTotp(app, account, network, code, () => undefined)
  else await spendRecovery(app, account, network, code)
  return pass(app, half, browser)
}

async function spendRecovery(app: App, account: string, network: string, code: string): Promise<void> {
  app.guesses.take('code', account, network)
  await app.db.commit(() => {
    spendRecoveryCode(app, account, code)
    tellOfChange(app, account)
  })
}

/**
 * A factor was added, inside the caller's commit. With the first one come recovery codes, which are given back, and
 * every other session ends: none of them has shown it.
 */
export function factorAdded(app: App, { account, session }: Holder): string[] {
  tellOfChange(app, account)
  if (recoveryCodesLeft(app, account) > 0) return []
  if (session) endSessions(app, account, session)
  return issueRecoveryCodes(app, account)
}

/**
 * A factor was removed, inside the caller's commit, which it undoes where one is required, or no way in is left. Throws
 * `mfa_required`, `last_sign_in_method`.
 */
export function factorRemoved(app: App, holder: Holder): void {
  const { account } = holder
  wayRemoved(app, holder)
  if (hasFactor(app, account)) return
  if (needsFactor(app, rowOf(app, account).role)) throw new AppError('mfa_required')
  dropRecoveryCodes(app, account)
}

/** A way in was removed, inside the caller's commit, which it undoes where none is left. Throws `last_sign_in_method`. */
export function wayRemoved(app: App, { account }: Holder): void {
  tellOfChange(app, account)
  refuseLastWay(app, account)
}

// A password that signs nobody in is no way, nor is an identity of a provider that is not asked any more.
function refuseLastWay(app: App, account: string): void {
  const { password, passkeys, identities } = rowOf(app, account)
  const { passwordSignIn, oidcIssuer } = app.config
  const isOpen = (passwordSignIn && password !== null) || passkeys > 0 || (oidcIssuer !== undefined && identities > 0)
  if (!isOpen) throw new AppError('last_sign_in_method')
}

/** Tells the owner, inside the caller's commit. Throws nothing: a factor changes only where the account is there. */
export function tellOfChange(app: App, account: string): void {
  const to = rowOf(app, account).email
  enqueueMail(app, { kind: 'factor-changed', purpose: 'account', to, account, facts: {} })
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

const selectAccount = statement<{ account: string }>()((value) =>
  query
    .selectFrom('account')
    .select(['email', 'role', 'password', 'totp_since'])
    .select([count('identity').as('identities'), count('passkey').as('passkeys')])
    .where('id', '=', value('account')),
)
