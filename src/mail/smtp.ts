import { readFileSync } from 'node:fs'
import type { SendMailOptions, Transporter } from 'nodemailer'
import type { Config } from '../config/options.ts'
import { minute, second } from '../time.ts'

/**
 * How a mail server took a mail. The first two are about the mail: it was refused for good, or for now. The others are
 * about the server, and would happen to any mail.
 */
export type Answer =
  | { readonly said: 'taken' }
  | { readonly said: 'refused' | 'not now'; readonly code: number | undefined }
  | { readonly said: ServerFault; readonly code: number | undefined }

/** Why a server takes no mail from us. */
export type ServerFault =
  | 'unreachable'
  | 'silent'
  | 'untrusted'
  | 'without tls'
  | 'authority unreadable'
  | 'sign-in refused'
  | 'sender refused'

/** Sends one mail, and says how it went; throws nothing. */
export interface Smtp {
  send(mail: SendMailOptions): Promise<Answer>
}

const patience = 15 * second
/** No mail takes longer than this to send, in milliseconds. */
export const maxSendingTime = 2 * minute

/** Speaks to the mail server that the configuration names. The program for it is loaded when there is mail to send. */
export async function openSmtp(config: Config, hostName: string): Promise<Smtp> {
  const { createTransport } = await import('nodemailer')
  return {
    send: async (mail) => {
      const options = transportOptions(config, hostName)
      if (options === undefined) return { said: 'authority unreadable', code: undefined }
      return sendBy(createTransport(options), mail)
    },
  }
}

async function sendBy(transport: Transporter, mail: SendMailOptions): Promise<Answer> {
  try {
    await transport.sendMail({ ...mail, signal: AbortSignal.timeout(maxSendingTime) } as SendMailOptions)
    return { said: 'taken' }
  } catch (error) {
    return answerOf(error as Failure)
  } finally {
    transport.close()
  }
}

// A connection for each mail, so that what happens to one happens to no other. Without a name of its own the program
// would tell the server that of this machine.
function transportOptions(config: Config, hostName: string) {
  const { protocol, hostname, port, username, password } = new URL(config.smtpUrl ?? '')
  const authority = config.smtpCa === undefined ? [] : read(config.smtpCa)
  if (authority === undefined) return undefined
  const secure = protocol === 'smtps:'
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !config.smtpPlain,
    ...(username !== '' && { auth }),
    name: hostName,
    tls: { minVersion: 'TLSv1.2' as const, ...(authority.length > 0 && { ca: authority }) },
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function read(path: string): string[] | undefined {
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return undefined
  }
}

/** What nodemailer says of a failure. */
interface Failure {
  readonly code?: string
  readonly originalCode?: string
  readonly command?: string
  readonly responseCode?: number
}

function answerOf({ code, originalCode, command = '', responseCode }: Failure): Answer {
  if (command === 'RCPT TO' || command === 'DATA' || code === 'EENVELOPE' || code === 'EMESSAGE') {
    // 530: it wants somebody to sign in first (RFC 4954).
    if (command === 'MAIL FROM')
      return { said: responseCode === 530 ? 'sign-in refused' : 'sender refused', code: responseCode }
    if (responseCode !== undefined) return { said: responseCode >= 500 ? 'refused' : 'not now', code: responseCode }
    if (command === 'API') return { said: 'refused', code: undefined }
  }
  return { said: faultOf(code, originalCode, command), code: responseCode }
}

function faultOf(code = '', originalCode = '', command: string): ServerFault {
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME|VERIFY/.test(originalCode)) return 'untrusted'
  if (code === 'ETLS' || command === 'STARTTLS') return 'without tls'
  if (/AUTH/.test(code)) return 'sign-in refused'
  return code === 'ETIMEDOUT' || code === 'EABORT' ? 'silent' : 'unreachable'
}
