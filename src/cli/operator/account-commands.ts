import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'
const positional = { name: 'NAME' }
const role = { sentence: 'member or operator', value: 'ROLE' }
const json = { sentence: 'print one JSON object per line' }
const beside = 'You can run it while the server is running. It takes effect from the next request on.'

/** The commands for accounts. NAME is a user name or an email address. */
export const accountCommands: readonly Command[] = [
  defineCommand({
    name: 'user list',
    group,
    sentence: 'list all accounts with name, address, role and state',
    about: 'Columns are separated by tabs. What users have shared is never shown.',
    flags: { json },
    takesServerOptions: true,
    examples: ['sotto user list', 'sotto user list --json | jq -r .email'],
    run: async (invocation) => (await import('./user.ts')).listUsers(invocation),
  }),
  defineCommand({
    name: 'user show',
    group,
    sentence: 'show the details of an account that operators may see',
    about: 'NAME is a user name or an email address.',
    positional,
    flags: { json },
    takesServerOptions: true,
    examples: ['sotto user show ada', 'sotto user show ada@example.org --json'],
    run: async (invocation) => (await import('./user.ts')).showUser(invocation),
  }),
  defineCommand({
    name: 'user create',
    group,
    sentence: 'print a one-time sign-up link',
    about:
      'The link opens the sign-up form, where the new user chooses a name and password, confirms their age and\nagrees to the terms. It works for 30 minutes, whatever the option sign-up says. serve prints such a link for\nthe first operator; use this command to get another.',
    flags: {
      email: { sentence: 'email address of the account (default: entered at sign-up)', value: 'ADDRESS' },
      role,
    },
    takesServerOptions: true,
    examples: ['sotto user create --role operator', 'sotto user create --email ada@example.org'],
    run: async (invocation) => (await import('./user.ts')).createUser(invocation),
  }),
  defineCommand({
    name: 'user invite',
    group,
    sentence: 'send an invitation by mail',
    about: 'The link works for seven days. A newer invitation replaces an older one.',
    positional: { name: 'ADDRESS' },
    flags: { role },
    takesServerOptions: true,
    examples: ['sotto user invite ada@example.org', 'sotto user invite ada@example.org --role operator'],
    run: async (invocation) => (await import('./user.ts')).inviteUser(invocation),
  }),
  defineCommand({
    name: 'user role',
    group,
    sentence: 'change the role of an account',
    about: `All sessions of the account end, so that the session limits of the new role apply. ${beside}`,
    positional,
    flags: { role },
    takesServerOptions: true,
    examples: ['sotto user role ada --role operator'],
    run: async (invocation) => (await import('./user.ts')).setRole(invocation),
  }),
  defineCommand({
    name: 'user disable',
    group,
    sentence: 'stop an account from signing in',
    about: `All its sessions end. No data is deleted. ${beside}`,
    positional,
    flags: { undo: { sentence: 'allow the account to sign in again' } },
    takesServerOptions: true,
    examples: ['sotto user disable ada', 'sotto user disable ada --undo'],
    run: async (invocation) => (await import('./user.ts')).disableUser(invocation),
  }),
  defineCommand({
    name: 'user close',
    group,
    sentence: 'close an account and delete it after the grace period',
    about: `The owner is notified by mail, and again when the account is deleted. The owner cannot restore an account
that an operator closed. ${beside}`,
    positional,
    flags: {
      burn: { sentence: 'delete its secrets that have not been opened' },
      now: { sentence: 'delete it immediately' },
      'under-age': {
        sentence:
          'the owner is under age: delete the account and its secrets immediately, and record it in the ledger without a name',
      },
    },
    takesServerOptions: true,
    examples: ['sotto user close ada', 'sotto user close ada --now --burn', 'sotto user close ada --under-age'],
    run: async (invocation) => (await import('./user.ts')).closeUser(invocation),
  }),
  defineCommand({
    name: 'user login-link',
    group,
    sentence: 'print a one-time sign-in link for an account',
    about:
      'For users who have lost their password, or if the instance sends no mail. The second factor is still required.',
    positional,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto user login-link ada'],
    run: async (invocation) => (await import('./user.ts')).printLoginLink(invocation),
  }),
  defineCommand({
    name: 'user reset-mfa',
    group,
    sentence: 'remove the second factors and passkeys of an account',
    about: `For users who have lost them and their recovery codes. The owner is notified by mail and all sessions end.
${beside}`,
    positional,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto user reset-mfa ada'],
    run: async (invocation) => (await import('./user.ts')).resetMfa(invocation),
  }),
  defineCommand({
    name: 'support show',
    group,
    sentence: 'print the metadata of an account with the consent of its owner',
    about:
      'The owner grants access on the Support page, for up to 72 hours, and can see there that you used it: the access\nis logged before anything is printed. The output contains no shared content, notes or names.',
    positional,
    flags: { json },
    takesServerOptions: true,
    examples: ['sotto support show ada', 'sotto support show ada --json | jq .session'],
    run: async (invocation) => (await import('./support.ts')).showAccount(invocation),
  }),
  defineCommand({
    name: 'session revoke',
    group,
    sentence: 'end all sessions of an account and print their number',
    about: beside,
    positional,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto session revoke ada'],
    run: async (invocation) => (await import('./session.ts')).revokeAllSessions(invocation),
  }),
]
