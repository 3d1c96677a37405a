import { mailKinds } from '../../mail/samples.ts'
import { type Command, defineCommand } from '../framework/command.ts'

const group = 'mail'

/** The commands for mail. */
export const mailCommands: readonly Command[] = [
  defineCommand({
    name: 'mail list',
    group,
    sentence: 'list the mail that waits, and what became of the rest',
    about: `One line for each mail of the last 30 days, newest first: id, kind, what became of it, when it was
made, when it was done or is tried next, and for whom. What a mail says is erased when it is sent.`,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail list', 'sotto mail list | grep waiting'],
    run: async (invocation) => (await import('./mail.ts')).printMails(invocation),
  }),
  defineCommand({
    name: 'mail show',
    group,
    sentence: 'print a mail that is not sent yet, to hand it over',
    about: `For an instance without a mail server: the outbox keeps every mail until it is handed over like this.
Its link may sign somebody in: give it to nobody but its recipient.`,
    positional: { name: 'ID' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail show 6f1e0c5a3b7d4e9f8a2b1c0d9e8f7a6b'],
    run: async (invocation) => (await import('./mail.ts')).printMail(invocation),
  }),
  defineCommand({
    name: 'mail test',
    group,
    sentence: 'send a mail to an address now, and say what the server said',
    about: 'Give it the options that the server has. Exit code 5 where the mail server did not take it.',
    positional: { name: 'ADDRESS' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail test ann@example.org', 'sotto mail test ann@example.org --config /etc/sotto/sotto.toml'],
    run: async (invocation) => (await import('./mail.ts')).testMail(invocation),
  }),
  defineCommand({
    name: 'mail preview',
    group,
    sentence: 'print a mail as it would look, with made-up facts',
    about: 'Every kind of mail that there is. Nothing is sent, and no database is needed.',
    positional: { name: 'NAME', choices: mailKinds },
    flags: { html: { sentence: 'print the page, not the plain text' } },
    takesServerOptions: true,
    examples: ['sotto mail preview secret-link', 'sotto mail preview secret-link --html > letter.html'],
    run: async (invocation) => (await import('./mail.ts')).printMailPreview(invocation),
  }),
  defineCommand({
    name: 'mail allow',
    group,
    sentence: 'mail an address again that wanted no mail, if its owner says so',
    about: `Whoever gets a mail can stop it by its last line, with no account, for ever. This takes that back, for
somebody who asks for it and has no such mail any more. What is kept is a keyed hash: the address itself is needed.`,
    positional: { name: 'ADDRESS' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail allow ann@example.org'],
    run: async (invocation) => (await import('./mail.ts')).allowMailToAddress(invocation),
  }),
]
