import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'

/** The commands that verify and document the privacy promises. */
export const privacyCommands: readonly Command[] = [
  defineCommand({
    name: 'privacy verify',
    group,
    sentence: 'check that the instance keeps its privacy promises; exit code 0 or 1',
    about:
      'Compares the database, the responses and the configuration with the inventory, and reports every\ndifference. It only reads, so you can run it while the server is running. The page /privacy/proof shows the result.',
    flags: { json: { sentence: 'print a JSON object' } },
    takesServerOptions: true,
    examples: ['sotto privacy verify', 'sotto privacy verify --json --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./privacy.ts')).verifyPrivacy(invocation),
  }),
  defineCommand({
    name: 'privacy ledger',
    group,
    sentence: 'print the latest entries of the purge ledger',
    about:
      'Each entry contains the hash of the previous one. --verify recomputes all hashes. --head checks that the\nledger still contains a hash that you noted earlier from /privacy/proof. Exit code 1 if the chain is broken.',
    flags: {
      verify: { sentence: 'verify the whole chain; exit code 0 or 1' },
      head: { value: 'HASH', sentence: 'with --verify: a hash noted earlier' },
      json: { sentence: 'print a JSON object' },
    },
    takesServerOptions: true,
    examples: ['sotto privacy ledger', 'sotto privacy ledger --verify'],
    run: async (invocation) => (await import('./privacy.ts')).printLedger(invocation),
  }),
  defineCommand({
    name: 'privacy record',
    group,
    sentence: 'print the record of processing (GDPR Art. 30) as JSON or CSV',
    about:
      'The record is generated from the inventory that the program enforces. The page /privacy/record shows the same.',
    flags: { csv: { sentence: 'print only the processing activities, as CSV' } },
    takesServerOptions: true,
    examples: ['sotto privacy record > record.json', 'sotto privacy record --csv > record.csv'],
    run: async (invocation) => (await import('./privacy.ts')).printRecord(invocation),
  }),
  defineCommand({
    name: 'privacy statistics',
    group,
    sentence: 'print the daily statistics',
    about: 'Counts under five and the current day are left out. The statistics contain no personal data.',
    flags: { json: { sentence: 'print a JSON array' } },
    takesServerOptions: true,
    examples: ['sotto privacy statistics', 'sotto privacy statistics --json'],
    run: async (invocation) => (await import('./privacy.ts')).printStatistics(invocation),
  }),
]
