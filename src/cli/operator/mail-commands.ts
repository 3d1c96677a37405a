import { mailKinds } from '../../mail/samples.ts'
import { type Command, defineCommand } from '../framework/command.ts'

const group = 'mail'

/** The commands for mail. */
export const mailCommands: readonly Command[] = [
  defineCommand({
    name: 'mail list',
    group,
    sentence: 'list queued mail and the mail of the last 30 days',
    about:
      'Prints one line per mail, newest first: id, kind, state, time created, time completed or of the next\nattempt, and recipient. The text of a mail is deleted when it has been sent.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail list', 'sotto mail list | grep waiting'],
    run: async (invocation) => (await import('./mail.ts')).printMails(invocation),
  }),
  defineCommand({
    name: 'mail show',
    group,
    sentence: 'print a queued mail, to pass it on by hand',
    about:
      'For instances without a mail server: mail stays in the outbox, and you pass it on yourself. A link in\nit may sign the recipient in, so give it to the recipient only.',
    positional: { name: 'ID' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail show 6f1e0c5a3b7d4e9f8a2b1c0d9e8f7a6b'],
    run: async (invocation) => (await import('./mail.ts')).printMail(invocation),
  }),
  defineCommand({
    name: 'mail test',
    group,
    sentence: 'send a test mail and print the result',
    about: 'Pass the same options as to the server. Exit code 5 if the mail server did not accept the mail.',
    positional: { name: 'ADDRESS' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail test ann@example.org', 'sotto mail test ann@example.org --config /etc/sotto/sotto.toml'],
    run: async (invocation) => (await import('./mail.ts')).testMail(invocation),
  }),
  defineCommand({
    name: 'mail preview',
    group,
    sentence: 'preview a mail with sample data',
    about: 'Works for every kind of mail. Nothing is sent, and no database is needed.',
    positional: { name: 'NAME', choices: mailKinds },
    flags: { html: { sentence: 'print HTML instead of plain text' } },
    takesServerOptions: true,
    examples: ['sotto mail preview secret-link', 'sotto mail preview secret-link --html > letter.html'],
    run: async (invocation) => (await import('./mail.ts')).printMailPreview(invocation),
  }),
  defineCommand({
    name: 'mail allow',
    group,
    sentence: 'allow mail again to an address that has unsubscribed',
    about:
      'Every mail has an unsubscribe link that works without an account. Use this command only if the owner of the\naddress asks for mail again. You need the address itself, because only a keyed hash of it is stored.',
    positional: { name: 'ADDRESS' },
    flags: {},
    takesServerOptions: true,
    examples: ['sotto mail allow ann@example.org'],
    run: async (invocation) => (await import('./mail.ts')).allowMailToAddress(invocation),
  }),
]
