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
    about: `Everything is in one folder, made at first start: the database and the root key. What is not said
has a default, which is for this machine alone. SIGTERM ends it when the requests in flight are done.`,
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
    sentence: 'ask the server whether it is well; exit code 0 or 1',
    about: `The address is that of the same configuration, on this machine: give it the options that the server
has. It needs no curl and no shell, so a container can call it.`,
    flags: healthFlags,
    takesServerOptions: true,
    examples: ['sotto healthcheck', 'sotto healthcheck --wait --timeout 30s && ./deploy-the-rest'],
    run: healthcheck,
  }),
  defineCommand({
    name: 'config check',
    group,
    sentence: 'read the configuration and say all that is wrong with it',
    about: 'Reads flags, environment and file as serve does, and starts nothing. Exit code 78 if something is wrong.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto config check', 'sotto config check --config new.toml && mv new.toml /etc/sotto/sotto.toml'],
    run: checkConfig,
  }),
  defineCommand({
    name: 'config show',
    group,
    sentence: 'print every value that counts; secret ones hidden',
    about: 'The output is TOML, with what a file cannot hold as comments.',
    flags: showFlags,
    takesServerOptions: true,
    examples: ['sotto config show', 'sotto config show --sources'],
    run: showConfig,
  }),
  defineCommand({
    name: 'config init',
    group,
    sentence: 'print a configuration file with every option as a comment',
    about: 'Nothing is written but to stdout: look at it, then keep it where you like.',
    flags: {},
    examples: ['sotto config init > /etc/sotto/sotto.toml'],
    run: printTemplate,
  }),
  defineCommand({
    name: 'migrate',
    group,
    sentence: 'bring the database to the schema of this program',
    about: 'serve does the same at its start. A database of a newer program is left alone.',
    flags: { status: { sentence: 'only say which schema is there and which is known; changes nothing' } },
    takesServerOptions: true,
    examples: ['sotto migrate --status', 'sotto migrate --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./migrate.ts')).migrateDatabase(invocation),
  }),
  defineCommand({
    name: 'purge',
    group,
    sentence: 'destroy what is due, and count it by rule',
    about: `serve does the same every minute. What is due is what the page /privacy says: expired secrets,
receipts that are older than twice their time, answers that may not be asked for again.`,
    flags: { 'dry-run': { sentence: 'only count what is due; changes nothing' } },
    takesServerOptions: true,
    examples: ['sotto purge --dry-run', 'sotto purge --data-dir /var/lib/sotto'],
    run: async (invocation) => (await import('./purge.ts')).purgeNow(invocation),
  }),
  ...privacyCommands,
  ...tokenCommands,
  ...mailCommands,
  ...accountCommands,
  ...policyCommands,
  ...complaintCommands,
]
