import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia } from 'lucia'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, type Query, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { first, run } from '../../database/unit.ts'
import { isActiveAccount } from '../active-account.ts'
import type { SessionAttributes, SessionStore } from './session-attributes.ts'

declare module 'lucia' {
  interface Register {
    Lucia: SessionStore
    DatabaseUserAttributes: { role: Role }
    DatabaseSessionAttributes: SessionAttributes
  }
}

// Expiry is checked here with the clock of the app, so for Lucia, which reads the system clock, a session never ends.
const never = new Date(8_640_000_000_000_000)

/** Returns the hash by which a session is stored. The token itself, the value of the cookie, is not stored. */
export function hashSessionToken(token: string): Uint8Array {
  return digest('session', token)
}

/** Opens the session store: Lucia with an adapter that stores hashes of the session tokens. */
export function openSessionStore(app: Pick<App, 'db' | 'now'>): SessionStore {
  return new Lucia<SessionAttributes, { role: Role }>(new HashingAdapter(app), {
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: ({ role }) => ({ role }),
  })
}

class HashingAdapter implements Adapter {
  readonly #app: Pick<App, 'db' | 'now'>

  constructor(app: Pick<App, 'db' | 'now'>) {
    this.#app = app
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const { db, now } = this.#app
    const row = await db.read(() => first(selectSession({ lookup: hashSessionToken(token), now: now() })))
    if (!row) return [null, null]
    const attributes = {
      browser: row.browser,
      createdAt: row.created_at,
      idleUntil: row.expires_at,
      endsAt: row.ends_at,
      authenticatedAt: row.authenticated_at,
      usedOn: row.used_on,
    }
    return [
      { id: token, userId: row.account_id, expiresAt: never, attributes },
      { id: row.account_id, attributes: { role: row.role } },
    ]
  }

  async setSession({ id, userId, attributes }: DatabaseSession): Promise<void> {
    const row = {
      lookup: hashSessionToken(id),
      account_id: userId,
      browser: attributes.browser,
      created_at: attributes.createdAt,
      expires_at: attributes.idleUntil,
      ends_at: attributes.endsAt,
      authenticated_at: attributes.authenticatedAt,
      used_on: attributes.usedOn,
    }
    await this.#write(query.insertInto('session').values(row))
  }

  async deleteSession(token: string): Promise<void> {
    await this.#write(query.deleteFrom('session').where('lookup', '=', hashSessionToken(token)))
  }

  async deleteUserSessions(account: string): Promise<void> {
    await this.#write(query.deleteFrom('session').where('account_id', '=', account))
  }

  async deleteExpiredSessions(): Promise<void> {
    await this.#write(query.deleteFrom('session').where('expires_at', '<=', this.#app.now()))
  }

  // A token cannot be recovered from its hash; listSessions() in sessions.ts lists the sessions of an account.
  async getUserSessions(): Promise<DatabaseSession[]> {
    return []
  }

  async updateSessionExpiration(): Promise<void> {}

  async #write(change: Query<unknown>): Promise<void> {
    await this.#app.db.commit(() => run(change))
  }
}

const selectSession = preparedQuery<{ lookup: Uint8Array; now: number }>()((value) =>
  query
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .select([
      'session.account_id',
      'session.browser',
      'session.created_at',
      'session.expires_at',
      'session.ends_at',
      'session.authenticated_at',
      'session.used_on',
      'account.role',
    ])
    .where('session.lookup', '=', value('lookup'))
    .where('session.expires_at', '>', value('now'))
    .where(isActiveAccount),
)
