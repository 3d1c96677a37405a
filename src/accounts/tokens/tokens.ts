import { type Actor, type Scope, scopes } from '../../actor.ts'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { all, first, run, type Unit } from '../../database/unit.ts'
import { AppError, type Facts } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day, startOfDay } from '../../time.ts'
import type { Member } from '../access.ts'
import { isActiveAccount } from '../active-account.ts'
import { reauthenticate } from '../reauthenticate.ts'
import { generateToken, isToken } from './token-format.ts'

/** The maximum number of API tokens of an account. */
export const maxTokens = 50

/** Limits and default for the lifetime of an API token, in days. */
export const tokenDays = { min: 1, max: 365, default: 90 } as const

/** The maximum length of the name of an API token, in characters. */
export const maxTokenNameLength = 60

// The name appears in a mail and a list: no control characters and no lone surrogates.
const tokenName = new RegExp(`^\\P{C}{1,${maxTokenNameLength}}$`, 'u')

/** The input of a new API token; `days` is its lifetime. */
export interface NewToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly days: number
}

/** An API token in the list of its account. `id` does not authenticate. */
export interface TokenInfo {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly expiresAt: number
  /** The start of the day of its last use. */
  readonly usedOn: number | null
}

/** The account that an API token authenticates, and the scopes of the token. */
export interface Bearer {
  readonly account: string
  readonly role: Role
  readonly scopes: readonly Scope[]
}

/**
 * Creates an API token, returns its value once and notifies the owner by mail. A token cannot create one with more scopes
 * than its own, and only an operator can grant `admin`. A session re-authenticates first, because the token outlives it.
 * Throws `field_invalid`, `scope_missing`, `tokens_full`, and what `reauthenticate` throws.
 */
export async function createToken(
  app: App,
  actor: Member,
  input: NewToken,
  password?: string,
): Promise<{ token: string; info: TokenInfo }> {
  checkNewToken(actor, input)
  if (actor.session !== null) await reauthenticate(app, actor, password)
  const now = app.now()
  const token = generateToken(app.random)
  const row = {
    id: app.random(8).toHex(),
    name: input.name,
    created_at: now,
    expires_at: now + input.days * day,
    used_on: null,
  }
  const stored = scopes.filter((scope) => input.scopes.includes(scope)).join(' ')
  const { account } = actor
  await app.db.commit(function* () {
    if ((yield* findTokens(app, account)).length >= maxTokens) throw new AppError('tokens_full', { limit: maxTokens })
    const lookup = digest('token', token)
    yield* run(query.insertInto('token').values({ ...row, lookup, account_id: account, scopes: stored }))
    const { email } = (yield* first(selectEmail({ account }))) ?? {}
    if (email === undefined) throw new AppError('sign_in_required')
    yield* enqueueMail(app, {
      kind: 'token-created',
      purpose: 'account',
      to: email,
      account,
      facts: { name: input.name },
    })
  })
  return { token, info: infoOf({ ...row, scopes: stored }) }
}

function checkNewToken(actor: Actor, { name, scopes: requested, days }: NewToken): void {
  const refuse = (field: string, limits: Facts = {}) => {
    throw new AppError('field_invalid', { field, ...limits })
  }
  if (!tokenName.test(name) || name.trim() !== name) refuse('name', { max: maxTokenNameLength })
  if (requested.length === 0 || (requested.includes('admin') && actor.role !== 'operator')) refuse('scopes')
  if (!Number.isInteger(days) || days < tokenDays.min || days > tokenDays.max)
    refuse('days', { min: tokenDays.min, max: tokenDays.max })
  for (const scope of requested) requireTokenScope(actor, scope)
}

/** Requires a scope of an API token; a session has every scope. Throws `scope_missing`. */
export function requireTokenScope(actor: Actor, scope: Scope): void {
  if (actor.scopes !== 'all' && !actor.scopes.includes(scope)) throw new AppError('scope_missing', { scope })
}

/** Lists the unexpired API tokens of an account, newest first. */
export function listTokens(app: App, account: string): Promise<TokenInfo[]> {
  return app.db.read(() => findTokens(app, account))
}

function* findTokens(app: App, account: string): Unit<TokenInfo[]> {
  const rows = yield* all(
    query
      .selectFrom('token')
      .select(['id', 'name', 'scopes', 'created_at', 'expires_at', 'used_on'])
      .where('account_id', '=', account)
      .where('expires_at', '>', app.now())
      .orderBy('created_at', 'desc')
      .orderBy('id'),
  )
  return rows.map(infoOf)
}

/** An API token with the id and user name of its account. */
export interface OwnedToken extends TokenInfo {
  readonly account: string
  readonly user: string
}

/** Lists the unexpired API tokens of all accounts, or of one, for an operator. */
export async function listTokensOfAllAccounts(app: App, account?: string): Promise<OwnedToken[]> {
  const rows = await app.db.read(() =>
    all(
      query
        .selectFrom('token')
        .innerJoin('account', 'account.id', 'token.account_id')
        .select(['token.id', 'token.name', 'token.scopes', 'token.created_at', 'token.expires_at', 'token.used_on'])
        .select(['token.account_id', 'account.user_name'])
        .where('token.expires_at', '>', app.now())
        .$if(account !== undefined, (select) => select.where('token.account_id', '=', account ?? ''))
        .orderBy('account.user_name')
        .orderBy('token.created_at', 'desc'),
    ),
  )
  return rows.map((row) => ({ ...infoOf(row), account: row.account_id, user: row.user_name }))
}

/** Revokes an API token of an account. Throws `not_found` if the account has no such token. */
export async function revokeToken(app: App, account: string, id: string): Promise<void> {
  await app.db.commit(function* () {
    const remove = query.deleteFrom('token').where('id', '=', id).where('account_id', '=', account)
    if ((yield* run(remove)) === 0) throw new AppError('not_found')
  })
}

/**
 * Finds the account of an API token and records the day of use. Undefined if the token is malformed, unknown, expired or
 * revoked, the account is not active, or `user` is given and is not its user name or address.
 */
export async function findBearer(app: App, token: string, user?: string): Promise<Bearer | undefined> {
  if (!isToken(token)) return undefined
  const lookup = digest('token', token)
  const row = await app.db.read(() => first(selectBearer({ lookup, now: app.now() })))
  if (!row) return undefined
  if (user !== undefined && ![row.user_name, row.email].includes(user.toLowerCase())) return undefined
  const today = startOfDay(app.now())
  if (row.used_on !== today) await app.db.commit(() => run(updateUse({ lookup, day: today })))
  return { account: row.account_id, role: row.role, scopes: scopesOf(row.scopes) }
}

function infoOf(row: {
  id: string
  name: string
  scopes: string
  created_at: number
  expires_at: number
  used_on: number | null
}): TokenInfo {
  const { id, name, created_at, expires_at, used_on } = row
  return {
    id,
    name,
    scopes: scopesOf(row.scopes),
    createdAt: created_at,
    expiresAt: expires_at,
    usedOn: used_on,
  }
}

function scopesOf(stored: string): Scope[] {
  const granted = stored.split(' ')
  return scopes.filter((scope) => granted.includes(scope))
}

const selectEmail = preparedQuery<{ account: string }>()((value) =>
  query.selectFrom('account').select('email').where('id', '=', value('account')),
)
const selectBearer = preparedQuery<{ lookup: Uint8Array; now: number }>()((value) =>
  query
    .selectFrom('token')
    .innerJoin('account', 'account.id', 'token.account_id')
    .select(['token.account_id', 'token.scopes', 'token.used_on', 'account.role', 'account.user_name', 'account.email'])
    .where('token.lookup', '=', value('lookup'))
    .where('token.expires_at', '>', value('now'))
    .where(isActiveAccount),
)
const updateUse = preparedQuery<{ lookup: Uint8Array; day: number }>()((value) =>
  query
    .updateTable('token')
    .set({ used_on: value('day') })
    .where('lookup', '=', value('lookup')),
)
