import { insertAccount } from '../../src/accounts/account.ts'
import { hashPassword } from '../../src/accounts/passwords.ts'
import { startSession } from '../../src/accounts/sessions.ts'
import { makeToken } from '../../src/accounts/tokens.ts'
import type { Actor, Scope } from '../../src/actor.ts'
import { nobody } from '../../src/actor.ts'
import type { App } from '../../src/app.ts'
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

/** Makes an account as sign-up leaves it; its id. Without a password where none is given. */
export async function newAccount(app: App, name: string, role: Role = 'member', password?: string): Promise<string> {
  const stored = password === undefined ? null : await hashPassword(app, password)
  const made = { userName: name, email: `${name}@example.org`, password: stored, role, ageStatedAt: app.now() }
  return app.db.commit(() => insertAccount(app, { ...made, agreed: ['statement'] }))
}

/** Makes an account without a password, and signs it in. */
export async function someone({ app }: Instance, name: string, role: Role = 'member'): Promise<Someone> {
  const email = `${name}@example.org`
  const id = await newAccount(app, name, role)
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
