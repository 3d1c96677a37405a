import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'

/** The commands for API tokens. */
export const tokenCommands: readonly Command[] = [
  defineCommand({
    name: 'token list',
    group,
    sentence: 'print the API tokens of every account, or of one',
    about: `Columns are separated by tabs: id, user, until when it counts, the day of its last use, what it may do, name.
The token itself is not among them: it was shown to its owner once. USER is a user name or an e-mail address.`,
    positional: { name: 'USER', optional: true },
    flags: { json: { sentence: 'print objects instead, one a line' } },
    takesServerOptions: true,
    examples: ['sotto token list', 'sotto token list ada --json'],
    run: async (invocation) => (await import('./token.ts')).printTokens(invocation),
  }),
  defineCommand({
    name: 'token revoke',
    group,
    sentence: 'revoke an API token; the next request with it fails',
    about: 'ID is what `sotto token list` begins a line with. The owner can do the same on the page of tokens.',
    positional: { name: 'ID' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto token revoke 0a1b2c3d4e5f6071'],
    run: async (invocation) => (await import('./token.ts')).revokeTokenWithId(invocation),
  }),
]
