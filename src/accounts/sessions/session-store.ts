import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia } from 'lucia'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'
import { preparedQuery, query } from '../../database/query.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { isActiveAccount } from '../active-account.ts'
import type { SessionAttributes, SessionStore } from './session-attributes.ts'

declare module 'lucia' {
  interface Register {
    Lucia: SessionStore
    DatabaseUserAttributes: { role: Role }
    DatabaseSessionAttributes: { facts: SessionAttributes }
  }
}

// When a session ends is decided here, by the clock of the instance; for Lucia, which reads another clock, never.
const never = new Date(8_640_000_000_000_000)

/** What a session is found by. Its token, the cookie's value, is stored nowhere. */
export function hashSessionToken(token: string): Uint8Array {
  return digest('session', token)
}

/** Makes the store of sessions: Lucia over the hashes of their tokens. */
export function openSessionStore(app: Pick<App, 'db' | 'now'>): SessionStore {
  return new Lucia<SessionAttributes, { role: Role }>(new HashingAdapter(app), {
    getSessionAttributes: ({ facts }) => facts,
    getUserAttributes: ({ role }) => ({ role }),
  })
}

// Keeps Lucia's sessions, under the hash of their tokens.
class HashingAdapter implements Adapter {
  readonly #app: Pick<App, 'db' | 'now'>

  constructor(app: Pick<App, 'db' | 'now'>) {
    this.#app = app
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const { db, now } = this.#app
    const row = db.first(selectSession({ lookup: hashSessionToken(token), now: now() }))
    if (!row) return [null, null]
    const facts = {
      browser: row.browser,
      createdAt: row.created_at,
      idleUntil: row.expires_at,
      endsAt: row.ends_at,
      authenticatedAt: row.authenticated_at,
      usedOn: row.used_on,
    }
    return [
      { id: token, userId: row.account_id, expiresAt: never, attributes: { facts } },
      { id: row.account_id, attributes: { role: row.role } },
    ]
  }

  async setSession({ id, userId, attributes: { facts } }: DatabaseSession): Promise<void> {
    const row = {
      lookup: hashSessionToken(id),
      account_id: userId,
      browser: facts.browser,
      created_at: facts.createdAt,
      expires_at: facts.idleUntil,
      ends_at: facts.endsAt,
      authenticated_at: facts.authenticatedAt,
      used_on: facts.usedOn,
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

  // Tokens cannot be told from their hashes, so sessions.ts has a list of its own.
  async getUserSessions(): Promise<DatabaseSession[]> {
    return []
  }

  async updateSessionExpiration(): Promise<void> {}

  async #write(statement: Parameters<App['db']['run']>[0]): Promise<void> {
    await this.#app.db.commit(() => this.#app.db.run(statement))
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
