import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'

/** The commands that verify and document the privacy promises. */
export const privacyCommands: readonly Command[] = [
  defineCommand({
    name: 'privacy verify',
    group,
    sentence: 'check that the instance keeps its promises; exit code 0 or 1',
    about: `Compares the database, the answers and the configuration with the inventory, and says in a sentence
what is not as promised. It only reads, so the server may go on meanwhile; what it is shown on /privacy/proof.`,
    flags: { json: { sentence: 'print an object instead' } },
    takesServerOptions: true,
    examples: ['sotto privacy verify', 'sotto privacy verify --json --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./privacy.ts')).verifyPrivacy(invocation),
  }),
  defineCommand({
    name: 'privacy ledger',
    group,
    sentence: 'print the last entries of the purge ledger',
    about: `Each entry holds the hash of the one before it. With --verify every hash is computed anew; with --head it
must still hold the one that you noted from /privacy/proof. Exit code 1 if the chain is broken.`,
    flags: {
      verify: { sentence: 'check the whole chain instead; exit code 0 or 1' },
      head: { value: 'HASH', sentence: 'with --verify: a head that was noted earlier' },
      json: { sentence: 'print an object instead' },
    },
    takesServerOptions: true,
    examples: ['sotto privacy ledger', 'sotto privacy ledger --verify'],
    run: async (invocation) => (await import('./privacy.ts')).printLedger(invocation),
  }),
  defineCommand({
    name: 'privacy record',
    group,
    sentence: 'print the record of processing (GDPR Art. 30) as JSON or CSV',
    about: 'It is made from the inventory that the program obeys; the page /privacy/record shows the same.',
    flags: { csv: { sentence: 'only its activities, as CSV' } },
    takesServerOptions: true,
    examples: ['sotto privacy record > record.json', 'sotto privacy record --csv > record.csv'],
    run: async (invocation) => (await import('./privacy.ts')).printRecord(invocation),
  }),
  defineCommand({
    name: 'privacy statistics',
    group,
    sentence: 'print what happened on each of the last days, as numbers',
    about: 'Numbers under five are left out, and so is today. Nothing here says who.',
    flags: { json: { sentence: 'print an array instead' } },
    takesServerOptions: true,
    examples: ['sotto privacy statistics', 'sotto privacy statistics --json'],
    run: async (invocation) => (await import('./privacy.ts')).printStatistics(invocation),
  }),
]
