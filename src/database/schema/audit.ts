import type { Generated } from 'kysely'
import type { Moment } from './moments.ts'

/** A grant that lets support see the metadata of an account, until it expires or its owner ends it. */
export interface SupportGrantTable {
  id: Generated<number>
  account_id: string
  given_at: Moment
  expires_at: Moment
  ended_at: Moment | null
  forget_at: Moment
}

/** An access to an account by support. `viewer` is the operator's account; null at the terminal, and once it is erased. */
export interface AccessLogTable {
  id: Generated<number>
  account_id: string
  viewer: string | null
  way: 'page' | 'terminal'
  at: Moment
  forget_at: Moment
}

/** The tables of support access. */
export interface AuditTables {
  support_grant: SupportGrantTable
  access_log: AccessLogTable
}
