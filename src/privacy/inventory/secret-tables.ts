import type { TableEntries } from './table-entry.ts'

/** The instance, secrets, receipts, stored responses and restores. */
export const secretTables: TableEntries<'instance' | 'secret' | 'receipt' | 'idempotent_response' | 'restoration'> = {
  instance: {
    purpose: 'privacy.purpose.instance',
    retention: 'privacy.retention.instance',
    columns: {
      id: 'technical',
      region: 'technical',
      key_id: 'technical',
      created_at: 'moment',
      last_entry_id: 'technical',
      run_mark: 'technical',
      previous_run_mark: 'technical',
      agreed_at: 'moment',
    },
  },
  secret: {
    purpose: 'privacy.purpose.secret',
    retention: 'privacy.retention.secret',
    columns: {
      id: 'technical',
      lookup: 'technical',
      key_id: 'technical',
      salt: 'technical',
      commitment: 'technical',
      sealed: 'content',
      link: 'content',
      passphrase_salt: 'technical',
      proof: 'technical',
      attempts: 'technical',
      views_left: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      replay_token: 'technical',
      replay_until: 'moment',
    },
  },
  receipt: {
    purpose: 'privacy.purpose.receipt',
    retention: 'privacy.retention.receipt',
    columns: {
      id: 'technical',
      lookup: 'technical',
      end_to_end: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      revealed_at: 'moment',
      burned_at: 'moment',
      withdrawn_at: 'moment',
      forget_at: 'moment',
    },
  },
  idempotent_response: {
    purpose: 'privacy.purpose.idempotent_response',
    retention: 'privacy.retention.idempotent_response',
    columns: { lookup: 'technical', fingerprint: 'technical', wrapped: 'content', forget_at: 'moment' },
  },
  restoration: {
    purpose: 'privacy.purpose.restoration',
    retention: 'privacy.retention.register',
    columns: {
      id: 'technical',
      kind: 'technical',
      unaccounted_from: 'moment',
      detected_at: 'moment',
      accepted_at: 'moment',
      forget_at: 'moment',
    },
  },
}
