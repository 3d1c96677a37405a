import { type Command, defineCommand } from '../framework/command.ts'
import { accountCommands } from './account-commands.ts'
import { complaintCommands } from './complaint-commands.ts'
import { checkConfig, showConfig, showFlags } from './config.ts'
import { printTemplate } from './config-template.ts'
import { healthcheck, healthFlags } from './healthcheck.ts'
import { mailCommands } from './mail-commands.ts'
import { policyCommands } from './policy-commands.ts'
import { privacyCommands } from './privacy-commands.ts'
import { tokenCommands } from './token-commands.ts'

const group = 'operate'

/**
 * The commands for running an instance. Those that open the database import their modules when they run, so that the
 * others start quickly.
 */
export const operatorCommands: readonly Command[] = [
  defineCommand({
    name: 'serve',
    group,
    sentence: 'run the server (the default)',
    about:
      'All data is in one folder, created at first start: the database and the root key. By default the\nserver listens on this machine only. On SIGTERM it finishes the requests in progress and exits.',
    flags: {},
    takesServerOptions: true,
    examples: [
      'sotto serve',
      'sotto serve --config /etc/sotto/sotto.toml',
      'sotto serve --listen :8080 --base-url https://secrets.example.org --trusted-proxies 10.0.0.0/8',
    ],
    run: async (invocation) => (await import('./serve.ts')).serve(invocation),
  }),
  defineCommand({
    name: 'healthcheck',
    group,
    sentence: 'check whether the server is healthy; exit code 0 or 1',
    about:
      'Checks the server on this machine, at the address in the configuration: pass the same options as to\nthe server. It needs neither curl nor a shell, so it can be used as a container health check.',
    flags: healthFlags,
    takesServerOptions: true,
    examples: ['sotto healthcheck', 'sotto healthcheck --wait --timeout 30s && ./deploy-the-rest'],
    run: healthcheck,
  }),
  defineCommand({
    name: 'config check',
    group,
    sentence: 'check the configuration and report all errors',
    about:
      'Reads flags, environment and file as serve does, without starting the server. Exit code 78 if there are errors.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto config check', 'sotto config check --config new.toml && mv new.toml /etc/sotto/sotto.toml'],
    run: checkConfig,
  }),
  defineCommand({
    name: 'config show',
    group,
    sentence: 'print the effective configuration; secrets are hidden',
    about: 'The output is TOML. Values that a file cannot contain are comments.',
    flags: showFlags,
    takesServerOptions: true,
    examples: ['sotto config show', 'sotto config show --sources'],
    run: showConfig,
  }),
  defineCommand({
    name: 'config init',
    group,
    sentence: 'print a configuration file with every option commented out',
    about: 'Prints to stdout only: redirect it to the file of your choice.',
    flags: {},
    examples: ['sotto config init > /etc/sotto/sotto.toml'],
    run: printTemplate,
  }),
  defineCommand({
    name: 'migrate',
    group,
    sentence: 'migrate the database to the schema of this version',
    about: 'serve does the same when it starts. A database of a newer version is left unchanged.',
    flags: { status: { sentence: 'only print the current and the supported schema version' } },
    takesServerOptions: true,
    examples: ['sotto migrate --status', 'sotto migrate --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./migrate.ts')).migrateDatabase(invocation),
  }),
  defineCommand({
    name: 'purge',
    group,
    sentence: 'delete expired data and print the number of rows per rule',
    about:
      'serve does the same every minute. The retention periods are those on the page /privacy, for example for\nexpired secrets, old receipts and stored responses.',
    flags: { 'dry-run': { sentence: 'only count; delete nothing' } },
    takesServerOptions: true,
    examples: ['sotto purge --dry-run', 'sotto purge --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./purge.ts')).purgeNow(invocation),
  }),
  defineCommand({
    name: 'backup',
    group,
    sentence: 'write a backup to a new file or, with -, to stdout',
    about:
      'The server can be running. A backup has the accounts, receipts and registers, but nothing that can be opened or used\nto sign in: a restore would have to end it anyway. It does not have the root key: keep a copy of root.key elsewhere.\nDelete a backup after 7 days, so that closed accounts are erased from all of them in time.',
    positional: { name: 'FILE' },
    flags: {},
    takesServerOptions: true,
    examples: [
      'sotto backup /mnt/backup/sotto-2027-01-31.tar',
      'sotto backup - | ssh backup.example.org "cat > sotto.tar"',
    ],
    run: async (invocation) => (await import('./backup.ts')).backUp(invocation),
  }),
  defineCommand({
    name: 'restore',
    group,
    sentence: 'restore a backup',
    about:
      'Stop the server first. Put the root.key of the instance in the data directory first. Secrets that were not opened when\nthe backup was made are withdrawn, all sessions and API tokens end, and accounts that were erased since are erased\nagain, as far as a list of erasures is at hand. Nothing is changed if the backup is damaged, or belongs to another\nregion or root key.',
    positional: { name: 'FILE' },
    flags: {
      replace: { sentence: 'replace the database in the data directory' },
      erasures: { value: 'FILE', sentence: 'a newer list of erased accounts (the file erasures)' },
    },
    takesServerOptions: true,
    examples: [
      'sotto restore sotto-2027-01-31.tar',
      'sotto restore sotto-2027-01-31.tar --replace --erasures /mnt/old/erasures',
    ],
    run: async (invocation) => (await import('./backup.ts')).restore(invocation),
  }),
  defineCommand({
    name: 'restore accept',
    group,
    sentence: 'accept that the database was restored or copied',
    about:
      'The server starts suspended if its database is not the one of its last run. Accepting withdraws every unopened\nsecret, ends all sessions, API tokens and mailed links, and erases again who was erased since, as far as a list\nof erasures is at hand. --moved keeps everything, if the whole folder was moved and not copied.',
    flags: {
      moved: { sentence: 'the folder was moved, not copied: keep everything' },
      erasures: { value: 'FILE', sentence: 'a newer list of erased accounts (the file erasures)' },
    },
    takesServerOptions: true,
    examples: ['sotto restore accept', 'sotto restore accept --erasures /mnt/old/erasures'],
    run: async (invocation) => (await import('./restore.ts')).acceptRestoredDatabase(invocation),
  }),
  defineCommand({
    name: 'clock accept',
    group,
    sentence: 'accept the time of this machine after its clock was wrong',
    about:
      'If the clock was more than an hour behind the last run or more than 30 days ahead of it when the server started,\nnothing is deleted by its age. If it jumps by more than an hour later, the server keeps its own time. Check the\nclock first: once it is accepted, everything that has expired by it is deleted.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto clock accept', 'sotto clock accept --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./clock.ts')).acceptWallClock(invocation),
  }),
  ...privacyCommands,
  ...tokenCommands,
  ...mailCommands,
  ...accountCommands,
  ...policyCommands,
  ...complaintCommands,
]
