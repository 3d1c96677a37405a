import { startSession } from '../../src/accounts/sessions.ts'
import { makeToken } from '../../src/accounts/tokens.ts'
import type { Actor, Scope } from '../../src/actor.ts'
import { nobody } from '../../src/actor.ts'
import type { Role } from '../../src/database/account-tables.ts'
import { query } from '../../src/database/query.ts'
import { sessionCookie } from '../../src/http/visit.ts'
import type { Instance } from './instance.ts'

/** Somebody with an account who is signed in. */
export interface Someone {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly actor: Actor & { readonly account: string }
  /** What their browser sends. */
  readonly cookie: { readonly cookie: string }
  /** A new API token of theirs. */
  token(...scopes: readonly Scope[]): Promise<string>
}

/** Makes an account as sign-up leaves it, and signs it in. */
export async function someone({ app }: Instance, name: string, role: Role = 'member'): Promise<Someone> {
  const id = app.random(16).toHex()
  const email = `${name}@example.org`
  const now = app.now()
  const row = { id, user_name: name, email, role, age_stated_at: now, created_at: now, confirmed_at: now }
  const empty = { password: null, real_name: null, picture: null, totp_secret: null, totp_step: null, totp_since: null }
  const open = { disabled_at: null, closed_at: null, erase_due_at: null }
  await app.db.commit(() => app.db.run(query.insertInto('account').values({ ...row, ...empty, ...open })))
  const session = await startSession(app, { id, role }, 'Firefox', true)
  const actor = { ...nobody('192.0.2.1'), account: id, role }
  return {
    id,
    name,
    email,
    actor,
    cookie: { cookie: `${sessionCookie(app.config)}=${session}` },
    token: async (...scopes) => (await makeToken(app, actor, { name: 'a script', scopes, days: 90 })).token,
  }
}

/** The header by which a program sends a token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** Closes an account, as its owner's wish would. */
export async function closeAccount({ app }: Instance, { id }: Someone): Promise<void> {
  const close = query.updateTable('account').set({ closed_at: app.now() }).where('id', '=', id)
  await app.db.commit(() => app.db.run(close))
}
