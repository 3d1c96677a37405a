import type { AuditTables } from '../../database/schema/audit.ts'
import type { TableEntries } from './table-entry.ts'

/** Support grants and the access log. */
export const auditTables: TableEntries<keyof AuditTables> = {
  support_grant: {
    purpose: 'privacy.purpose.support_grant',
    retention: 'privacy.retention.support_grant',
    columns: {
      id: 'technical',
      account_id: 'technical',
      given_at: 'moment',
      expires_at: 'moment',
      ended_at: 'moment',
      forget_at: 'moment',
    },
  },
  access_log: {
    purpose: 'privacy.purpose.access_log',
    retention: 'privacy.retention.access_log',
    columns: {
      id: 'technical',
      account_id: 'technical',
      viewer: 'technical',
      way: 'technical',
      at: 'moment',
      forget_at: 'moment',
    },
  },
}
