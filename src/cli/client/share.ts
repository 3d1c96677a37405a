import { renderUnicodeCompact } from 'uqr'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../../crypto/end-to-end.ts'
import { CommandError } from '../../errors.ts'
import { print, printMessage } from '../framework/output.ts'
import { decodeUtf8, promptPassphrase, readPassphraseFile } from './input.ts'
import { parseLink } from './link.ts'
import { sendRequest } from './request.ts'
import { unexpectedResponse } from './response-errors.ts'
import { serverFlag } from './server.ts'
import { isTerminal } from './terminal.ts'

/** The flags of every command that creates a secret. */
export const shareFlags = {
  ttl: {
    value: 'DURATION',
    sentence: 'time until the secret expires, such as 90s, 15m, 36h or 7d (default: set by the instance)',
  },
  passphrase: { sentence: 'ask for a passphrase, which the recipient will need' },
  'passphrase-file': { value: 'FILE', sentence: 'read the passphrase from a file' },
  'server-sealed': { sentence: 'let the server encrypt it: the link is shorter, but the server sees the content once' },
  json: { sentence: 'print a JSON object' },
  qr: { sentence: 'also show the link as a QR code, if stderr is a terminal' },
  receipt: { sentence: 'print the receipt URL to stderr, even if it is not a terminal' },
  ...serverFlag,
} as const

/** The values of those flags. */
export interface ShareFlags {
  readonly ttl?: string
  readonly passphrase?: true
  readonly 'passphrase-file'?: string
  readonly 'server-sealed'?: true
  readonly json?: true
  readonly qr?: true
  readonly receipt?: true
}

/** A created secret, as `--json` prints it. */
export interface SharedSecret {
  readonly link: string
  readonly receipt: string
  readonly expires_at: string
  readonly end_to_end: boolean
}

/** Creates a secret, encrypted end to end unless `server-sealed` is set. Throws a CommandError. */
export async function shareSecret(
  server: string,
  content: Uint8Array<ArrayBuffer>,
  flags: ShareFlags,
): Promise<SharedSecret> {
  const passphrase = await readPassphrase(flags)
  const fragment = flags['server-sealed'] ? undefined : createFragment()
  const body = {
    ...(fragment ? await seal(fragment, content) : { content: decodeUtf8(content) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(flags.ttl !== undefined && { ttl: flags.ttl }),
  }
  const { url, expires_at, receipt } = await sendRequest({
    server,
    path: '/secrets',
    body,
    idempotencyKey: crypto.randomUUID(),
  })
  const receiptUrl = Object(receipt).url
  if (!isLink(url, 'secret') || !isLink(receiptUrl, 'receipt') || !isTimestamp(expires_at))
    throw unexpectedResponse(server)
  const link = fragment ? `${url}#${toBase64Url(fragment)}` : url
  return { link, receipt: receiptUrl, expires_at, end_to_end: fragment !== undefined }
}

async function readPassphrase(flags: ShareFlags): Promise<string | undefined> {
  const file = flags['passphrase-file']
  if (file !== undefined && flags.passphrase)
    throw new CommandError('invalid', 'use either --passphrase or --passphrase-file, not both')
  if (file !== undefined) return readPassphraseFile(file)
  if (!flags.passphrase) return undefined
  const passphrase = promptPassphrase('passphrase (not shown): ')
  if (promptPassphrase('repeat the passphrase: ') !== passphrase)
    throw new CommandError('invalid', 'the passphrases do not match; nothing was shared')
  return passphrase
}

async function seal(fragment: Uint8Array<ArrayBuffer>, content: Uint8Array) {
  const keys = await deriveFragmentKeys(fragment)
  return { sealed: toBase64Url(await sealWithFragment(keys, content)), proof: toBase64Url(keys.proof) }
}

// Values from a server go to a terminal and into scripts, so their format is checked.
function isLink(value: unknown, kind: 'secret' | 'receipt'): value is string {
  return typeof value === 'string' && parseLink(value)?.kind === kind
}

/** Whether a value from a server is an ISO 8601 timestamp in UTC. */
export function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
}

/** Prints a created secret: to stdout `extra` and the link, to stderr the expiry and the receipt. */
export function printShared(
  shared: SharedSecret,
  flags: ShareFlags,
  extra: Readonly<Record<string, string | number>> = {},
): void {
  const lines = [...Object.values(extra).filter((value) => typeof value === 'string'), shared.link]
  print(flags.json ? `${JSON.stringify({ ...extra, ...shared })}\n` : lines.map((line) => `${line}\n`).join(''))
  if (flags.qr && isTerminal.stderr) printMessage(renderUnicodeCompact(shared.link))
  if (isTerminal.stderr) printMessage(`can be opened once, until ${shared.expires_at}`)
  if (isTerminal.stderr || flags.receipt) printMessage(`receipt ${shared.receipt}`)
}
