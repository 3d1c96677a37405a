import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'
const positional = { name: 'NAME' }
const role = { sentence: 'member or operator', value: 'ROLE' }
const json = { sentence: 'print objects instead, one a line' }
const beside = 'It works on the database, beside a running server, and counts from the next request on.'

/** The commands for accounts. NAME is a user name or an e-mail address. */
export const accountCommands: readonly Command[] = [
  defineCommand({
    name: 'user list',
    group,
    sentence: 'print name, address, role and state of every account',
    about: 'Columns are separated by tabs. Nothing of what anybody shared is shown, here or elsewhere.',
    flags: { json },
    takesServerOptions: true,
    examples: ['sotto user list', 'sotto user list --json | jq -r .email'],
    run: async (invocation) => (await import('./user.ts')).listUsers(invocation),
  }),
  defineCommand({
    name: 'user show',
    group,
    sentence: 'print what the operator may know of an account',
    about: 'NAME is a user name or an e-mail address.',
    positional,
    flags: { json },
    takesServerOptions: true,
    examples: ['sotto user show ada', 'sotto user show ada@example.org --json'],
    run: async (invocation) => (await import('./user.ts')).showUser(invocation),
  }),
  defineCommand({
    name: 'user create',
    group,
    sentence: 'print a one-time link by which its holder makes an account',
    about: `Name, password, age and agreements are its owner's to give, so the link leads to the form of sign-up. It
works for 30 minutes, whatever sign-up says. serve prints such a link for the first operator; this prints another.`,
    flags: {
      email: { sentence: 'the address that the account is for; else its owner brings one', value: 'ADDRESS' },
      role,
    },
    takesServerOptions: true,
    examples: ['sotto user create --role operator', 'sotto user create --email ada@example.org'],
    run: async (invocation) => (await import('./user.ts')).createUser(invocation),
  }),
  defineCommand({
    name: 'user invite',
    group,
    sentence: 'mail an invitation to an address',
    about: 'Its link works for seven days, and a newer invitation ends the one before.',
    positional: { name: 'ADDRESS' },
    flags: { role },
    takesServerOptions: true,
    examples: ['sotto user invite ada@example.org', 'sotto user invite ada@example.org --role operator'],
    run: async (invocation) => (await import('./user.ts')).inviteUser(invocation),
  }),
  defineCommand({
    name: 'user role',
    group,
    sentence: 'make an account a member or an operator',
    about: `Its sessions end, so that the next one has the limits of the role. ${beside}`,
    positional,
    flags: { role },
    takesServerOptions: true,
    examples: ['sotto user role ada --role operator'],
    run: async (invocation) => (await import('./user.ts')).setRole(invocation),
  }),
  defineCommand({
    name: 'user disable',
    group,
    sentence: 'keep an account from signing in',
    about: `Sessions end, nothing is erased. ${beside}`,
    positional,
    flags: { undo: { sentence: 'let the account sign in again' } },
    takesServerOptions: true,
    examples: ['sotto user disable ada', 'sotto user disable ada --undo'],
    run: async (invocation) => (await import('./user.ts')).disableUser(invocation),
  }),
  defineCommand({
    name: 'user close',
    group,
    sentence: 'close an account and erase it when the grace is over',
    about: `Its owner is told by mail, and again when it is erased. What the operator closed, its owner cannot open
again. ${beside}`,
    positional,
    flags: {
      burn: { sentence: 'destroy its secrets that nobody has opened yet' },
      now: { sentence: 'erase it at once' },
      'under-age': {
        sentence: 'its owner is too young: burn and erase at once, and say so in the ledger without a name',
      },
    },
    takesServerOptions: true,
    examples: ['sotto user close ada', 'sotto user close ada --now --burn', 'sotto user close ada --under-age'],
    run: async (invocation) => (await import('./user.ts')).closeUser(invocation),
  }),
  defineCommand({
    name: 'user login-link',
    group,
    sentence: 'print a one-time link that signs an account in',
    about: 'For somebody who lost the password, or where no mail is sent. A second factor is still asked for.',
    positional,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto user login-link ada'],
    run: async (invocation) => (await import('./user.ts')).printLoginLink(invocation),
  }),
  defineCommand({
    name: 'user reset-mfa',
    group,
    sentence: 'take the second factors and passkeys off an account',
    about: `For somebody who lost them and the recovery codes. Its owner is told by mail, its sessions end. ${beside}`,
    positional,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto user reset-mfa ada'],
    run: async (invocation) => (await import('./user.ts')).resetMfa(invocation),
  }),
  defineCommand({
    name: 'support show',
    group,
    sentence: 'print the metadata of an account, while its owner lets support see it',
    about: `Its owner gives the grant on the page Support, for 72 hours at most, and sees there that you looked: the line is
written before anything is printed. Nothing that was shared, noted or named is in it.`,
    positional,
    flags: { json },
    takesServerOptions: true,
    examples: ['sotto support show ada', 'sotto support show ada --json | jq .session'],
    run: async (invocation) => (await import('./support.ts')).showAccount(invocation),
  }),
  defineCommand({
    name: 'session revoke',
    group,
    sentence: 'end every session of an account; prints how many',
    about: beside,
    positional,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto session revoke ada'],
    run: async (invocation) => (await import('./session.ts')).revokeAllSessions(invocation),
  }),
]
