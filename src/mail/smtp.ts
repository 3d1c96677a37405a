import { readFileSync } from 'node:fs'
import type { SendMailOptions, Transporter } from 'nodemailer'
import type { Config } from '../config/options.ts'
import { minute, second } from '../time.ts'

/**
 * The result of sending a mail. `refused` (permanent) and `deferred` (temporary) are about this mail; a server fault
 * would happen to any mail.
 */
export type SmtpResult =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused' | 'deferred'; readonly code: number | undefined }
  | { readonly outcome: ServerFault; readonly code: number | undefined }

/** Why a server accepts no mail from this instance. */
export type ServerFault =
  | 'unreachable'
  | 'silent'
  | 'untrusted'
  | 'without tls'
  | 'authority unreadable'
  | 'sign-in refused'
  | 'sender refused'

/** A connection to the configured mail server. */
export interface Smtp {
  /** Sends one mail and returns the result; does not throw. */
  send(mail: SendMailOptions): Promise<SmtpResult>
}

const timeoutMs = 15 * second
/** Maximum time to send one mail, in milliseconds. */
export const maxSendingTime = 2 * minute

/** Opens the mail server in the configuration. Loads nodemailer only when there is mail to send. */
export async function openSmtp(config: Config, hostName: string): Promise<Smtp> {
  const { createTransport } = await import('nodemailer')
  return {
    send: async (mail) => {
      const options = transportOptions(config, hostName)
      if (options === undefined) return { outcome: 'authority unreadable', code: undefined }
      return sendWith(createTransport(options), mail)
    },
  }
}

async function sendWith(transport: Transporter, mail: SendMailOptions): Promise<SmtpResult> {
  try {
    await transport.sendMail({ ...mail, signal: AbortSignal.timeout(maxSendingTime) } as SendMailOptions)
    return { outcome: 'accepted' }
  } catch (error) {
    return resultOf(error as Failure)
  } finally {
    transport.close()
  }
}

// One connection per mail, so that a failure affects no other mail. Without `name`, nodemailer would reveal the host name
// of this machine to the server.
function transportOptions(config: Config, hostName: string) {
  const { protocol, hostname, port, username, password } = new URL(config.smtpUrl ?? '')
  const ca = config.smtpCa === undefined ? [] : readCa(config.smtpCa)
  if (ca === undefined) return undefined
  const secure = protocol === 'smtps:'
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !config.smtpPlain,
    ...(username !== '' && { auth }),
    name: hostName,
    tls: { minVersion: 'TLSv1.2' as const, ...(ca.length > 0 && { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function readCa(path: string): string[] | undefined {
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return undefined
  }
}

/** The error properties set by nodemailer. */
interface Failure {
  readonly code?: string
  readonly originalCode?: string
  readonly command?: string
  readonly responseCode?: number
}

function resultOf({ code, originalCode, command = '', responseCode }: Failure): SmtpResult {
  if (command === 'RCPT TO' || command === 'DATA' || code === 'EENVELOPE' || code === 'EMESSAGE') {
    // 530: authentication required (RFC 4954).
    if (command === 'MAIL FROM')
      return { outcome: responseCode === 530 ? 'sign-in refused' : 'sender refused', code: responseCode }
    if (responseCode !== undefined) return { outcome: responseCode >= 500 ? 'refused' : 'deferred', code: responseCode }
    if (command === 'API') return { outcome: 'refused', code: undefined }
  }
  return { outcome: faultOf(code, originalCode, command), code: responseCode }
}

function faultOf(code = '', originalCode = '', command: string): ServerFault {
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME|VERIFY/.test(originalCode)) return 'untrusted'
  if (code === 'ETLS' || command === 'STARTTLS') return 'without tls'
  if (/AUTH/.test(code)) return 'sign-in refused'
  return code === 'ETIMEDOUT' || code === 'EABORT' ? 'silent' : 'unreachable'
}
