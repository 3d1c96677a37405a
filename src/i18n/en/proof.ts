/** The words of the proof, the record of processing and the statistics. */
export const proof = {
  'privacy.purpose.purge': 'The ledger of the purge: what was destroyed and when, as numbers',
  'privacy.kept.purge': '30 days',
  'privacy.purpose.statistic': 'How many secrets were created, opened, destroyed or expired in a day, as numbers',
  'privacy.kept.statistic': 'Two years',

  'statistics.title': 'Statistics',
  'statistics.lead': 'What happened here day by day, in region {region}: numbers, and nothing about anybody.',
  'statistics.how':
    'A day is shown when it is over, in UTC. A number below {least} is not shown, because a small number can be about somebody.',
  'statistics.created': 'Created',
  'statistics.revealed': 'Opened',
  'statistics.burned': 'Destroyed',
  'statistics.expired': 'Expired',
  'statistics.day': 'Day',
  'statistics.few': 'under {least}',
  'statistics.chart': '{what} on each of {days} days, at most {most}',
  'statistics.none': 'no day had {least} or more',
  'statistics.table': 'The same as numbers',
} as const
