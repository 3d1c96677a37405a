import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { authority, freePort } from './instance.ts'

/** A mail as its reader has it. */
export interface Received {
  readonly from: string
  /** Whom the mail server was told to give it to. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Every address in the text, in order: that of the button first, where there is one. */
  readonly links: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
}

/** A real mail server on a free loopback port, which keeps what it is sent. */
export interface Mailbox extends AsyncDisposable {
  /** For `smtp-url`; `smtp-ca` is set for every instance of the tests. */
  readonly url: string
  readonly mails: Received[]
  /** The names by which senders introduced themselves. */
  readonly greeted: string[]
  /** Whether each mail came by TLS. */
  readonly secured: boolean[]
  /** The passwords that it was shown. */
  readonly passwords: string[]
  /** The next mail that nobody has taken yet; waits for it, five seconds if nothing else is said. */
  next(patience?: number): Promise<Received>
  /** The answer to a recipient, by its address: a number and words as a mail server gives them, or nothing to accept. */
  refuse: (to: string) => string | undefined
  /** The answer to every sender; without it, all may send. */
  refuseSender: string | undefined
  /** Called when a mail has been taken whole, before its sender is told. */
  taken: (mail: Received) => Promise<void> | void
  /** Nobody listens any more, until `up`. */
  down(): Promise<void>
  up(): Promise<void>
}

interface Kind {
  /** No STARTTLS is offered. */
  readonly plain?: boolean
  /** TLS from the first byte. */
  readonly implicit?: boolean
  /** The user name and the password that it wants. */
  readonly user?: string
  readonly password?: string
}

const key = readFileSync(join(import.meta.dir, 'certificate', 'key.pem'), 'utf8')
const cert = readFileSync(authority, 'utf8')

/** Starts a mail server: `await using box = await startMailbox()`, then `startInstance({ 'smtp-url': box.url })`. */
export async function startMailbox({ plain, implicit, user, password }: Kind = {}): Promise<Mailbox> {
  const port = await freePort()
  const mails: Received[] = []
  const greeted: string[] = []
  const secured: boolean[] = []
  const passwords: string[] = []
  let server: SMTPServer | undefined
  let given = 0
  const options: SMTPServerOptions = {
    key,
    cert,
    secure: implicit ?? false,
    disabledCommands: plain ? ['STARTTLS'] : [],
    authOptional: user === undefined,
    allowInsecureAuth: plain ?? false,
    closeTimeout: 50,
    onAuth: ({ username, password: word }, _, done) => {
      if (word) passwords.push(word)
      if (username === user && word === password) done(null, { user })
      else done(answerOf('535 no'))
    },
    onMailFrom: (_, { secure }, done) => {
      if (box.refuseSender) return done(answerOf(box.refuseSender))
      secured.push(secure)
      done()
    },
    onRcptTo: ({ address }, { hostNameAppearsAs: name }, done) => {
      if (name) greeted.push(name)
      const answer = box.refuse(address)
      if (answer) done(answerOf(answer))
      else done()
    },
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo.map(({ address }) => address).join()
      new Response(stream as unknown as ReadableStream)
        .text()
        .then(async (raw) => {
          const mail = await read(raw, to)
          await box.taken(mail)
          mails.push(mail)
        })
        .then(() => done(), done)
    },
  }
  const box: Mailbox = {
    url: `${implicit ? 'smtps' : 'smtp'}://${user ? `${user}:${encodeURIComponent(password ?? '')}@` : ''}localhost:${port}`,
    mails,
    greeted,
    secured,
    passwords,
    refuseSender: undefined,
    refuse: () => undefined,
    taken: () => {},
    next: async (patience = 5000) => {
      for (let tries = 0; tries < patience / 10; tries++) {
        const mail = mails[given]
        if (mail) {
          given++
          return mail
        }
        await Bun.sleep(10)
      }
      throw new Error('no mail came')
    },
    up: async () => {
      server = new SMTPServer(options)
      server.on('error', () => {})
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', () => resolve()))
    },
    down: () => new Promise((resolve) => (server ? server.close(() => resolve()) : resolve())),
    [Symbol.asyncDispose]: () => box.down(),
  }
  await box.up()
  return box
}

function answerOf(answer: string): Error {
  return Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) })
}

async function read(raw: string, to: string): Promise<Received> {
  const { from, subject = '', text = '', html = '', headers } = await PostalMime.parse(raw)
  return {
    from: from?.address ?? '',
    to,
    subject,
    text,
    html,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    links: text.match(/https?:\/\/\S+/g) ?? [],
    raw,
  }
}
