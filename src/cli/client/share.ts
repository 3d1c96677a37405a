import { renderUnicodeCompact } from 'uqr'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../../crypto/end-to-end.ts'
import { CommandError } from '../../errors.ts'
import { print, tell } from '../framework/output.ts'
import { ask } from './ask.ts'
import { askPassphrase, passphraseFrom, textOf } from './input.ts'
import { parseLink } from './link.ts'
import { notSotto } from './refusal.ts'
import { serverFlag } from './server.ts'
import { terminal } from './terminal.ts'

/** The flags of every command that makes a secret. */
export const shareFlags = {
  ttl: { value: 'DURATION', sentence: 'how long the secret waits: 90s, 15m, 36h, 7d; else as the instance decides' },
  passphrase: { sentence: 'ask for a passphrase, which the recipient must know' },
  'passphrase-file': { value: 'FILE', sentence: 'take the passphrase from a file' },
  'server-sealed': { sentence: 'have the server seal it: a shorter link, but the server sees the content once' },
  json: { sentence: 'print an object instead' },
  qr: { sentence: 'draw the link as a QR code too, if stderr is a terminal' },
  receipt: { sentence: "tell the receipt's address on stderr, also where that is no terminal" },
  ...serverFlag,
} as const

/** What was given of those flags. */
export interface ShareGiven {
  readonly ttl?: string
  readonly passphrase?: true
  readonly 'passphrase-file'?: string
  readonly 'server-sealed'?: true
  readonly json?: true
  readonly qr?: true
  readonly receipt?: true
}

/** A secret that was made, as `--json` prints it. */
export interface Shared {
  readonly link: string
  readonly receipt: string
  readonly expires_at: string
  readonly end_to_end: boolean
}

/** Makes a secret. End to end, the server gets nothing that it could open. Throws a CommandError. */
export async function share(server: string, content: Uint8Array<ArrayBuffer>, given: ShareGiven): Promise<Shared> {
  const passphrase = await passphraseOf(given)
  const fragment = given['server-sealed'] ? undefined : createFragment()
  const body = {
    ...(fragment ? await sealed(fragment, content) : { content: textOf(content) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(given.ttl !== undefined && { ttl: given.ttl }),
  }
  const { url, expires_at, receipt } = await ask({ server, path: '/secrets', body, repeat: crypto.randomUUID() })
  const receiptUrl = Object(receipt).url
  if (!isLink(url, 'secret') || !isLink(receiptUrl, 'receipt') || !isMoment(expires_at)) throw notSotto(server)
  const link = fragment ? `${url}#${toBase64Url(fragment)}` : url
  return { link, receipt: receiptUrl, expires_at, end_to_end: fragment !== undefined }
}

async function passphraseOf(given: ShareGiven): Promise<string | undefined> {
  const file = given['passphrase-file']
  if (file !== undefined && given.passphrase)
    throw new CommandError('invalid', 'either --passphrase or --passphrase-file, not both')
  if (file !== undefined) return passphraseFrom(file)
  if (!given.passphrase) return undefined
  const first = askPassphrase('passphrase (not shown): ')
  if (askPassphrase('the same once more: ') !== first)
    throw new CommandError('invalid', 'the two passphrases differ; nothing was shared')
  return first
}

async function sealed(fragment: Uint8Array<ArrayBuffer>, content: Uint8Array) {
  const keys = await deriveFragmentKeys(fragment)
  return { sealed: toBase64Url(await sealWithFragment(keys, content)), proof: toBase64Url(keys.proof) }
}

// What a server says goes to a terminal and into scripts: it must be what it should be, and nothing else.
function isLink(value: unknown, kind: 'secret' | 'receipt'): value is string {
  return typeof value === 'string' && parseLink(value)?.kind === kind
}

/** Whether a server's moment is one: ISO 8601, in UTC. */
export function isMoment(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
}

/** Prints what was made: on stdout the link, behind `before`; on stderr the rest, to whoever reads it. */
export function report(
  shared: Shared,
  given: ShareGiven,
  before: Readonly<Record<string, string | number>> = {},
): void {
  const lines = [...Object.values(before).filter((value) => typeof value === 'string'), shared.link]
  print(given.json ? `${JSON.stringify({ ...before, ...shared })}\n` : lines.map((line) => `${line}\n`).join(''))
  if (given.qr && terminal.words) tell(renderUnicodeCompact(shared.link))
  if (terminal.words) tell(`opens once, until ${shared.expires_at}`)
  if (terminal.words || given.receipt) tell(`receipt ${shared.receipt}`)
}
