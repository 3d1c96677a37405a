import { type Command, command } from '../framework/command.ts'

const group = 'operate'

/** The commands about API tokens. */
export const tokenCommands: readonly Command[] = [
  command({
    name: 'token list',
    group,
    sentence: 'print the API tokens of every account, or of one',
    about: `Columns are separated by tabs: id, user, until when it counts, the day of its last use, what it may do, name.
The token itself is not among them: it was shown to its owner once. USER is a user name or an e-mail address.`,
    word: { name: 'USER', optional: true },
    flags: { json: { sentence: 'print objects instead, one a line' } },
    takesOptions: true,
    examples: ['sotto token list', 'sotto token list ada --json'],
    run: async (call) => (await import('./token.ts')).listAllTokens(call),
  }),
  command({
    name: 'token revoke',
    group,
    sentence: 'revoke an API token; the next request with it fails',
    about: 'ID is what `sotto token list` begins a line with. The owner can do the same on the page of tokens.',
    word: { name: 'ID' },
    flags: {},
    takesOptions: true,
    examples: ['sotto token revoke 0a1b2c3d4e5f6071'],
    run: async (call) => (await import('./token.ts')).revokeOneToken(call),
  }),
]
