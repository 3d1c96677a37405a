/** The words of one's own secrets and API tokens. */
export const mine = {
  'privacy.purpose.owned': 'That a secret is yours, with your own note',
  'privacy.kept.owned': 'As long as its receipt',
  'privacy.purpose.token': 'An API token: what it may do, never the token itself',
  'privacy.kept.token': 'Until revoked or expired',
} as const
