import type { Lucia } from 'lucia'
import type { Role } from '../../database/schema/accounts.ts'

/** Attributes of a session. Times in epoch milliseconds; `usedOn` is the start of a day, `authenticatedAt` null while MFA is pending. */
export interface SessionAttributes {
  readonly browser: string
  readonly createdAt: number
  /** The end of the session if it stays idle. */
  readonly idleUntil: number
  /** The latest possible end of the session. */
  readonly endsAt: number
  readonly authenticatedAt: number | null
  readonly usedOn: number
}

/** Lucia with the attributes of this application. */
export type SessionStore = Lucia<SessionAttributes, { role: Role }>
