import type { Role } from '../database/schema/accounts.ts'

/** What an API token may do. */
export const scopes = ['create', 'status', 'reveal', 'burn', 'account', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Who asks: an account or nobody, by session or token, and the network that it asks from, as today's mark of it. */
export interface Actor {
  readonly account: string | null
  readonly role: Role | null
  /** What may be done: everything that its role may, or, with a token, no more than this. */
  readonly scopes: 'all' | readonly Scope[]
  /** The session, by what it is found by; null without one. */
  readonly session: Uint8Array | null
  readonly network: string
}

/** Somebody without an account, in this network. */
export function anonymousActor(network: string): Actor {
  return { account: null, role: null, scopes: 'all', session: null, network }
}
