import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'

/** The commands for API tokens. */
export const tokenCommands: readonly Command[] = [
  defineCommand({
    name: 'token list',
    group,
    sentence: 'list the API tokens of all accounts, or of one',
    about:
      'Columns are separated by tabs: id, user, expiry date, day of last use, scopes and name. The token itself is not\nstored and cannot be shown. USER is a user name or an email address.',
    positional: { name: 'USER', optional: true },
    flags: { json: { sentence: 'print one JSON object per line' } },
    takesServerOptions: true,
    examples: ['sotto token list', 'sotto token list ada --json'],
    run: async (invocation) => (await import('./token.ts')).printTokens(invocation),
  }),
  defineCommand({
    name: 'token revoke',
    group,
    sentence: 'revoke an API token',
    about: 'ID is the first column of sotto token list. Requests with the token fail from then on.',
    positional: { name: 'ID' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto token revoke 0a1b2c3d4e5f6071'],
    run: async (invocation) => (await import('./token.ts')).revokeTokenWithId(invocation),
  }),
]
