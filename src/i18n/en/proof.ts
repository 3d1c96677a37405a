/** The words of the proof, the record of processing and the statistics. */
export const proof = {
  'privacy.purpose.purge': 'The ledger of the purge: what was destroyed and when, as numbers',
  'privacy.kept.purge': '30 days',
  'privacy.purpose.statistic': 'How many secrets were created, opened, destroyed or expired in a day, as numbers',
  'privacy.kept.statistic': 'Two years',
} as const
