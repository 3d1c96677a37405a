import { readConfig } from '../../config/config.ts'
import { CommandError } from '../../errors.ts'
import { parseAddress } from '../../mail/addresses.ts'
import { canSendMail } from '../../mail/deliver.ts'
import { type ListedRecipient, listMailForOperator, readMailForOperator } from '../../mail/mail-for-operator.ts'
import type { MailKind } from '../../mail/mail-templates.ts'
import { allowMail } from '../../mail/refusals.ts'
import { renderMail } from '../../mail/render.ts'
import { mailSamples, samplePurpose } from '../../mail/samples.ts'
import type { SmtpResult } from '../../mail/smtp.ts'
import { sendTestMail } from '../../mail/test-mail.ts'
import { toIso } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto mail list`: prints the mails in the outbox, newest first, without text and links. */
export function printMails(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const { id, kind, recipient, outcome, tries, createdAt, nextTryAt, doneAt } of await listMailForOperator(
      app,
    )) {
      const state = outcome?.replace('_', ' ') ?? (tries === 0 ? 'waiting' : `tried ${tries}×`)
      const times = [formatMinute(createdAt), formatMinute(doneAt ?? nextTryAt)]
      print(`${[id, kind.padEnd(18), state.padEnd(10), ...times, formatRecipient(recipient)].join('  ')}\n`)
    }
  })
}

/** `sotto mail show ID`: prints a mail that has not been sent, with its link, for the operator to hand over. */
export function printMail(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const mail = await readMailForOperator(app, invocation.positional)
    if (!mail) throw new CommandError('gone', 'no mail with this id; see sotto mail list')
    if (mail.state === 'private')
      throw new CommandError('forbidden', 'this mail contains the link of a secret, which operators cannot read')
    if (mail.state === 'erased')
      throw new CommandError('gone', `this mail was ${mail.outcome?.replace('_', ' ')}, and its text has been deleted`)
    print(`To: ${mail.recipient}\nSubject: ${mail.subject}\n\n${mail.text}`)
  })
}

/** `sotto mail test ADDRESS`: sends a mail now and prints the answer of the mail server. */
export function testMail(invocation: Invocation): Promise<number> {
  const recipient = parseRecipient(invocation)
  return withApp(invocation, async (app) => {
    if (!canSendMail(app)) throw new CommandError('misconfigured', 'no mail server is configured; set smtp-url')
    const result = await sendTestMail(app, recipient)
    if (!result) throw new CommandError('forbidden', refusedMessage)
    if (result.outcome !== 'accepted') throw new CommandError('unreachable', failureMessage(result))
    print(`sent: the server accepted the mail for ${recipient}\n`)
  })
}

/** `sotto mail preview NAME`: prints a mail rendered with sample data. */
export function printMailPreview({ flags, positional, serverArgs, env, cwd }: Invocation<{ html: Flag }>): number {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  const kind = positional as MailKind
  const purpose = samplePurpose(kind)
  const footer = {
    purpose,
    unsubscribeUrl: `${config.baseUrl}/mail/stop/sample`,
    canUnsubscribe: purpose !== 'account',
  }
  const { subject, text, html } = renderMail(config, kind, mailSamples[kind], footer)
  print(flags.html ? `${html}\n` : `Subject: ${subject}\n\n${text}`)
  return 0
}

/** `sotto mail allow ADDRESS`: deletes the refusal of an address, at the request of its owner. */
export function allowMailToAddress(invocation: Invocation): Promise<number> {
  const address = parseRecipient(invocation)
  return withApp(invocation, async (app) => {
    const count = await allowMail(app, address)
    print(count === 0 ? 'this address had not unsubscribed\n' : 'mail to this address is allowed again\n')
  })
}

const refusedMessage = 'not sent: the address has unsubscribed; if its owner asks for mail again, run sotto mail allow'

const failureReasons: Readonly<Record<Exclude<SmtpResult['outcome'], 'accepted'>, string>> = {
  refused: 'the mail server rejected this mail or its recipient',
  deferred: 'the mail server rejected this mail temporarily; try again later',
  unreachable: 'cannot connect to the server in smtp-url, or the connection broke',
  silent: 'the mail server did not respond in time',
  untrusted: 'the certificate of the mail server is not trusted; set smtp-ca to the authority that issued it',
  'without tls': 'the mail server does not support TLS; set smtp-plain to send without it',
  'authority unreadable': 'the file in smtp-ca cannot be read',
  'sign-in refused': 'the mail server does not accept the user name and password in smtp-url, or requires them',
  'sender refused': 'the mail server does not accept mail from the address in mail-from',
}

function formatRecipient({ address, domain }: ListedRecipient): string {
  return address ?? (domain === undefined ? '(erased)' : `(hidden)@${domain}`)
}

function failureMessage(result: Exclude<SmtpResult, { outcome: 'accepted' }>): string {
  return `not sent: ${failureReasons[result.outcome]}${result.code === undefined ? '' : ` (reply ${result.code})`}`
}

function parseRecipient({ positional }: Invocation): string {
  const address = parseAddress(positional)
  if (address === undefined)
    throw new CommandError('invalid', 'ADDRESS: expected a single email address, e.g. ann@example.org')
  return address
}

function formatMinute(time: number | null): string {
  return time === null ? '-' : `${toIso(time).slice(0, 16)}Z`
}
