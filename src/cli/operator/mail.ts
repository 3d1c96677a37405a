import { readConfig } from '../../config/config.ts'
import { query } from '../../database/query.ts'
import type { MailTable } from '../../database/schema/accounts.ts'
import { CommandError } from '../../errors.ts'
import { parseAddress } from '../../mail/addresses.ts'
import { canSendMail, deliverOne } from '../../mail/deliver.ts'
import type { MailKind } from '../../mail/mail-templates.ts'
import { mailHostName, renderStoredMail, type UnsentMail } from '../../mail/message.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { claimMail, markGivenUp } from '../../mail/queue.ts'
import { allowMail } from '../../mail/refusals.ts'
import { renderMail } from '../../mail/render.ts'
import { mailSamples, samplePurpose } from '../../mail/samples.ts'
import { openSmtp, type SmtpResult } from '../../mail/smtp.ts'
import { toIso } from '../../time.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp } from './with-app.ts'

/** `sotto mail list`: what waits and what became of the rest, newest first; no text and no link. */
export function listMail(call: Call): Promise<number> {
  return withApp(call, (app) => {
    const columns = ['id', 'kind', 'recipient', 'outcome', 'tries', 'created_at', 'next_try_at', 'done_at'] as const
    const rows = app.db.all(query.selectFrom('mail').select(columns).orderBy('created_at', 'desc').orderBy('id'))
    for (const { id, kind, recipient, outcome, tries, created_at, next_try_at, done_at } of rows) {
      const state = outcome?.replace('_', ' ') ?? (tries === 0 ? 'waiting' : `tried ${tries}×`)
      const to = shownRecipient({ kind, recipient, outcome })
      print(
        `${[id, kind.padEnd(18), state.padEnd(10), isoTime(created_at), isoTime(done_at ?? next_try_at), to].join('  ')}\n`,
      )
    }
  })
}

/** `sotto mail show ID`: a mail that is not sent yet, with its link, for the operator to hand over. */
export function showMail(call: Call): Promise<number> {
  return withApp(call, (app) => {
    const mail = app.db.first(query.selectFrom('mail').selectAll().where('id', '=', call.word))
    if (!mail) throw new CommandError('gone', 'there is no mail of that id; sotto mail list names them')
    // Somebody's link opens somebody's secret: whoever runs the instance is not to read it (P03).
    if (mail.kind === 'secret-link') throw new CommandError('forbidden', 'that mail holds the link of a secret')
    if (mail.body === null)
      throw new CommandError('gone', `that mail was ${mail.outcome?.replace('_', ' ')}, and its text erased`)
    const { subject, text } = renderStoredMail(app, mail as UnsentMail)
    print(`To: ${mail.recipient}\nSubject: ${subject}\n\n${text}`)
  })
}

/** `sotto mail test ADDRESS`: sends one now, and says what the server said. */
export function testMail(call: Call): Promise<number> {
  const to = addressOf(call)
  return withApp(call, async (app) => {
    if (!canSendMail(app)) throw new CommandError('misconfigured', 'no mail server is set: smtp-url names one')
    const letter = { kind: 'test', purpose: 'account', to, account: null, facts: {} } as const
    // Enqueued and claimed at once: a server that runs here must not send it first.
    const mail = await app.db.commit(() => claimMail(app, enqueueMail(app, letter)))
    if (!mail) throw new CommandError('failed', 'the mail could not be claimed')
    const answer = await deliverOne(app, await openSmtp(app.config, mailHostName(app.config)), mail)
    if (answer?.outcome === 'accepted') {
      print(`sent: the server took it for ${to}\n`)
      return
    }
    // Whoever tests looks at the answer, and tests again.
    await markGivenUp(app, mail)
    throw answer ? new CommandError('unreachable', wordsFor(answer)) : new CommandError('forbidden', refusedWords)
  })
}

/** `sotto mail preview NAME`: a letter as it would look, with made-up facts. */
export function previewMail({ given, word, rest, env, cwd }: Call<{ html: Flag }>): number {
  const { config } = readConfig({ args: rest, env, cwd })
  const kind = word as MailKind
  const purpose = samplePurpose(kind)
  const foot = { purpose, unsubscribeUrl: `${config.baseUrl}/mail/stop/sample`, canUnsubscribe: purpose !== 'account' }
  const { subject, text, html } = renderMail(config, kind, mailSamples[kind], foot)
  print(given.html ? `${html}\n` : `Subject: ${subject}\n\n${text}`)
  return 0
}

/** `sotto mail allow ADDRESS`: forgets that an address wants no mail, because whoever has it asked for that. */
export function allowAddress(call: Call): Promise<number> {
  const address = addressOf(call)
  return withApp(call, async (app) => {
    const count = await app.db.commit(() => allowMail(app, address))
    print(count === 0 ? 'nothing was refused for that address\n' : 'mail to that address is allowed again\n')
  })
}

const refusedWords = 'not sent: that address wants no mail from here; sotto mail allow, if its owner says so'

const faults: Readonly<Record<Exclude<SmtpResult['outcome'], 'accepted'>, string>> = {
  refused: 'the server is there, and refuses this mail or its recipient',
  deferred: 'the server is there, and does not take this mail for now; it may later',
  unreachable: 'nobody answers where smtp-url says, or the line broke',
  silent: 'the server does not answer in time',
  untrusted: "the server's certificate is not trusted; smtp-ca names who vouches for it",
  'without tls': 'the server offers no TLS that works; smtp-plain permits to send without',
  'authority unreadable': 'the file that smtp-ca names cannot be read',
  'sign-in refused': 'the server does not accept the user name and password of smtp-url, or wants some',
  'sender refused': 'the server does not take mail from the address of mail-from',
}

const aboutSecrets: ReadonlySet<string> = new Set<MailKind>(['secret-link', 'secret-opened'])

// Whom a mail goes to matters while it is to be handed over, or cannot be sent. Of the rest it would say what somebody
// does here, which only they may let an operator see (P03).
function shownRecipient({ kind, recipient, outcome }: Pick<MailTable, 'kind' | 'recipient' | 'outcome'>): string {
  if (!recipient.includes('@')) return '(erased)'
  const isNeeded = outcome !== 'sent' && !aboutSecrets.has(kind)
  return isNeeded ? recipient : `(somebody)${recipient.slice(recipient.lastIndexOf('@'))}`
}

function wordsFor(answer: Exclude<SmtpResult, { outcome: 'accepted' }>): string {
  return `not sent: ${faults[answer.outcome]}${answer.code === undefined ? '' : ` (it said ${answer.code})`}`
}

function addressOf({ word }: Call): string {
  const address = parseAddress(word)
  if (address === undefined) throw new CommandError('invalid', 'ADDRESS: expected one plain e-mail address')
  return address
}

function isoTime(moment: number | null): string {
  return moment === null ? '-' : `${toIso(moment).slice(0, 16)}Z`
}
