import type { PurgeTables } from '../../database/schema/purge.ts'
import type { TableEntries } from './table-entry.ts'

/** The purge ledger and the statistics. */
export const purgeTables: TableEntries<keyof PurgeTables> = {
  purge: {
    purpose: 'privacy.purpose.purge',
    retention: 'privacy.retention.purge',
    columns: {
      id: 'technical',
      rule: 'technical',
      due_at: 'moment',
      ran_at: 'moment',
      removed: 'technical',
      oldest_due_at: 'moment',
      erased_at: 'moment',
      anchor: 'technical',
      previous: 'technical',
      hash: 'technical',
    },
  },
  statistic: {
    purpose: 'privacy.purpose.statistic',
    retention: 'privacy.retention.statistic',
    columns: {
      day: 'moment',
      region: 'technical',
      created: 'technical',
      revealed: 'technical',
      burned: 'technical',
      expired: 'technical',
    },
  },
}
