import type { Role } from './database/schema/accounts.ts'

/** The scopes of API tokens. */
export const scopes = ['create', 'status', 'reveal', 'burn', 'account', 'admin'] as const

/** What an API token may be used for. */
export type Scope = (typeof scopes)[number]

/** The client of a request: its account, if any, how it authenticated, and a daily pseudonym of its network. */
export interface Actor {
  readonly account: string | null
  readonly role: Role | null
  /** The scopes of the API token; `all` without a token. */
  readonly scopes: 'all' | readonly Scope[]
  /** The hash of the session token; null without a session. */
  readonly session: Uint8Array | null
  readonly network: string
}

/** Creates an actor without an account. */
export function anonymousActor(network: string): Actor {
  return { account: null, role: null, scopes: 'all', session: null, network }
}

/** A valid session. `mfaComplete` is false while the second factor is pending. */
export interface ActiveSession {
  readonly account: string
  readonly role: Role
  readonly lookup: Uint8Array
  readonly mfaComplete: boolean
  readonly createdAt: number
}
