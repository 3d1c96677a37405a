import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day, startOfDay } from '../../time.ts'
import type { Member } from '../access.ts'
import { isActiveAccount } from '../active-account.ts'
import { type Actor, type Scope, scopes } from '../actor.ts'
import { reauthenticate } from '../reauthenticate.ts'
import { isToken, newToken } from './token-format.ts'

/** How many tokens one account may have. */
export const maxTokens = 50

/** How long a token counts, in days. */
export const tokenDays = { min: 1, max: 365, default: 90 } as const

/** A token to be made. */
export interface NewToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly days: number
}

/** What the list of tokens shows of one. `id` names it, and opens nothing. */
export interface TokenInfo {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly expiresAt: number
  /** The day of its last use. */
  readonly usedOn: number | null
}

/** Who a token speaks for, and what it may do. */
export interface Bearer {
  readonly account: string
  readonly role: Role
  readonly scopes: readonly Scope[]
}

/**
 * Makes a token, gives it this once, and tells its owner by mail. Nobody gives what they do not have: a token makes no
 * token that may do more than itself, and only an operator makes one with `admin`. A token outlives the session that
 * made it, so a session re-authenticates first. Throws `field_invalid`, `scope_missing`, `tokens_full`, and what
 * `reauthenticate` does.
 */
export async function createToken(
  app: App,
  actor: Member,
  wish: NewToken,
  password?: string,
): Promise<{ token: string; info: TokenInfo }> {
  checkNewToken(actor, wish)
  if (actor.session !== null) await reauthenticate(app, actor, password)
  const now = app.now()
  const token = newToken(app.random)
  const row = {
    id: app.random(8).toHex(),
    name: wish.name,
    created_at: now,
    expires_at: now + wish.days * day,
    used_on: null,
  }
  const given = scopes.filter((scope) => wish.scopes.includes(scope)).join(' ')
  const { account } = actor
  await app.db.commit(() => {
    if (listTokens(app, account).length >= maxTokens) throw new AppError('tokens_full', { limit: maxTokens })
    const lookup = digest('token', token)
    app.db.run(query.insertInto('token').values({ ...row, lookup, account_id: account, scopes: given }))
    const { email } = app.db.first(selectEmail({ account })) ?? {}
    if (email === undefined) throw new AppError('sign_in_required')
    enqueueMail(app, { kind: 'token-created', purpose: 'account', to: email, account, facts: { name: wish.name } })
  })
  return { token, info: infoOf({ ...row, scopes: given }) }
}

function checkNewToken(actor: Actor, { name, scopes: wanted, days }: NewToken): void {
  const refuse = (field: string) => {
    throw new AppError('field_invalid', { field })
  }
  // It stands in a mail and in a list: letters and signs, no control characters, no half of a letter.
  if (!/^[^\p{C}]{1,60}$/u.test(name) || name.trim() !== name) refuse('name')
  if (wanted.length === 0 || (wanted.includes('admin') && actor.role !== 'operator')) refuse('scopes')
  if (!Number.isInteger(days) || days < tokenDays.min || days > tokenDays.max) refuse('days')
  for (const scope of wanted) requireTokenScope(actor, scope)
}

/** Throws `scope_missing` where a token was not made for this. */
export function requireTokenScope(actor: Actor, scope: Scope): void {
  if (actor.scopes !== 'all' && !actor.scopes.includes(scope)) throw new AppError('scope_missing', { scope })
}

/** The tokens of an account that count, newest first. */
export function listTokens(app: App, account: string): TokenInfo[] {
  const rows = app.db.all(
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

/** A token with whose it is. */
export interface OwnedToken extends TokenInfo {
  readonly account: string
  readonly user: string
}

/** Every token that counts, or those of one account; for an operator. */
export function tokensOfAllAccounts(app: App, account?: string): OwnedToken[] {
  const rows = app.db.all(
    query
      .selectFrom('token')
      .innerJoin('account', 'account.id', 'token.account_id')
      .select(['token.id', 'token.name', 'token.scopes', 'token.created_at', 'token.expires_at', 'token.used_on'])
      .select(['token.account_id', 'account.user_name'])
      .where('token.expires_at', '>', app.now())
      .$if(account !== undefined, (select) => select.where('token.account_id', '=', account ?? ''))
      .orderBy('account.user_name')
      .orderBy('token.created_at', 'desc'),
  )
  return rows.map((row) => ({ ...infoOf(row), account: row.account_id, user: row.user_name }))
}

/** Revokes a token: the next request with it fails. Throws `not_found` for what is not there, or somebody else's. */
export async function revokeToken(app: App, account: string, id: string): Promise<void> {
  await app.db.commit(() => {
    const gone = query.deleteFrom('token').where('id', '=', id).where('account_id', '=', account)
    if (app.db.run(gone).changes === 0) throw new AppError('not_found')
  })
}

/**
 * Who a token speaks for; nothing where it is none, unknown, expired, revoked, or its account is closed or disabled.
 * `user`, where it is said, must be its owner's user name or address.
 */
export async function findBearer(app: App, token: string, user?: string): Promise<Bearer | undefined> {
  if (!isToken(token)) return undefined
  const lookup = digest('token', token)
  const row = app.db.first(selectBearer({ lookup, now: app.now() }))
  if (!row) return undefined
  if (user !== undefined && ![row.user_name, row.email].includes(user.toLowerCase())) return undefined
  const today = startOfDay(app.now())
  if (row.used_on !== today) await app.db.commit(() => app.db.run(touch({ lookup, day: today })))
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
  const given = stored.split(' ')
  return scopes.filter((scope) => given.includes(scope))
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
const touch = preparedQuery<{ lookup: Uint8Array; day: number }>()((value) =>
  query
    .updateTable('token')
    .set({ used_on: value('day') })
    .where('lookup', '=', value('lookup')),
)
