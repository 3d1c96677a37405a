import type { Generated } from 'kysely'
import type { Moment } from './moments.ts'

/** That support may see the metadata of an account, until it expires or its owner ends it. */
export interface SupportGrantTable {
  id: Generated<number>
  account_id: string
  given_at: Moment
  expires_at: Moment
  ended_at: Moment | null
  forget_at: Moment
}

/** That support looked at an account. `viewer` is the operator's account; empty at the terminal, and once it is erased. */
export interface AccessLogTable {
  id: Generated<number>
  account_id: string
  viewer: string | null
  way: 'page' | 'terminal'
  at: Moment
  forget_at: Moment
}

export interface AuditTables {
  support_grant: SupportGrantTable
  access_log: AccessLogTable
}
