import type { Lucia } from 'lucia'
import type { Role } from '../../database/schema/accounts.ts'

/** What is known of a session. `idleUntil` is when it was idle for too long, `endsAt` its end in any case. */
export interface SessionAttributes {
  readonly browser: string
  readonly createdAt: number
  readonly idleUntil: number
  readonly endsAt: number
  readonly authenticatedAt: number | null
  readonly usedOn: number
}

/** The store of sessions. */
export type SessionStore = Lucia<SessionAttributes, { role: Role }>
