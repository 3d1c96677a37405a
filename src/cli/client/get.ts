import { closeSync, fsyncSync, openSync, unlinkSync } from 'node:fs'
import {
  deriveFragmentKeys,
  type FragmentKeys,
  fromBase64Url,
  openWithFragment,
  toBase64Url,
} from '../../crypto/end-to-end.ts'
import { CommandError } from '../../errors.ts'
import type { Call } from '../framework/command.ts'
import { print, tell, writeAll } from '../framework/output.ts'
import { ask } from './ask.ts'
import type { Fields } from './fields.ts'
import { askPassphrase, passphraseFrom, reasonOf } from './input.ts'
import { type Link, linkOf } from './link.ts'
import { notSotto } from './refusal.ts'
import { requestByLink, serverFlag, serverOf } from './server.ts'
import { confirm, terminal } from './terminal.ts'

/** The flags of `sotto get`. */
export const getFlags = {
  out: { value: 'FILE', sentence: 'write a new file that only you can read; never one that is there already' },
  'passphrase-file': { value: 'FILE', sentence: 'take the passphrase from a file; else it is asked for on a terminal' },
  yes: { sentence: 'do not ask before the secret is opened' },
  ...serverFlag,
} as const

type Given = Call<typeof getFlags>['given']

/** `sotto get`: the content to stdout, byte for byte. It is acknowledged, and so destroyed, after it was written. */
export async function get({ given, env, word }: Call<typeof getFlags>): Promise<number> {
  const link = await linkOf(word)
  if (link.kind === 'receipt')
    throw new CommandError('invalid', 'that is a receipt, which opens nothing; see: sotto status --help')
  const server = serverOf({ given, env }, link)
  const path = `/secrets/${link.key}`
  const secret = await requestByLink(link, { server, path })
  const keys = await keysFor(secret, link)
  using output = given.out === undefined ? stdout : newFile(given.out)
  if (terminal.in && !given.yes && !confirm('this secret opens once, and is gone after that; open it now?'))
    throw new CommandError('failed', 'not opened; the secret is still there')
  const passphrase = await passphraseFor(secret, given)
  const repeat = crypto.randomUUID()
  const body = { ...(passphrase !== undefined && { passphrase }), ...(keys && { proof: toBase64Url(keys.proof) }) }
  output.write(await opened(await ask({ server, path: `${path}/reveal`, body, repeat }), keys, server))
  await ask({ server, path: `${path}/acknowledge`, body: {}, repeat }).catch(() => undefined)
  return 0
}

async function keysFor(secret: Fields, { fragment }: Link): Promise<FragmentKeys | undefined> {
  if (secret['end_to_end'] !== true) return undefined
  if (fragment) return deriveFragmentKeys(fragment)
  throw new CommandError(
    'forbidden',
    'the last part of the link, behind the #, is missing or cut off; the secret is still there',
  )
}

async function passphraseFor(secret: Fields, given: Given): Promise<string | undefined> {
  if (secret['passphrase_required'] !== true) return undefined
  const file = given['passphrase-file']
  if (file !== undefined) return passphraseFrom(file)
  if (terminal.in) return askPassphrase('passphrase (not shown): ')
  throw new CommandError('forbidden', 'this secret needs its passphrase: --passphrase-file FILE; it is still there')
}

async function opened(
  { content, sealed }: Fields,
  keys: FragmentKeys | undefined,
  server: string,
): Promise<Uint8Array> {
  if (typeof content === 'string' && !keys) return new TextEncoder().encode(content)
  const message = typeof sealed === 'string' ? fromBase64Url(sealed) : undefined
  if (!message || !keys) throw notSotto(server)
  return openWithFragment(keys, message).catch(() => {
    throw new CommandError('failed', 'what the server gave does not open with this link')
  })
}

interface Output extends Disposable {
  write(content: Uint8Array): void
}

const stdout: Output = {
  write: (content) => {
    try {
      print(terminal.out ? forTerminal(content) : content)
    } catch (error) {
      throw unwritten('stdout', error)
    }
  },
  [Symbol.dispose]: () => undefined,
}

// A secret comes from somebody else, and control characters could make the terminal do or show anything.
function forTerminal(content: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content)
  const harmless = text.replace(/(?!\t|\r?\n)\p{Cc}/gu, (control) => {
    const code = control.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\u2421'
  })
  if (harmless !== text) tell('control characters are shown as pictures; a pipe or --out gives the exact bytes')
  return harmless.endsWith('\n') ? harmless : `${harmless}\n`
}

// Made before the secret is opened: once it is, there must be a place for it.
function newFile(path: string): Output {
  const file = openNew(path)
  let isWritten = false
  return {
    write: (content) => {
      try {
        writeAll(file, content)
        fsyncSync(file)
        isWritten = true
      } catch (error) {
        throw unwritten('--out', error)
      }
    },
    [Symbol.dispose]: () => {
      closeSync(file)
      if (!isWritten) unlinkSync(path)
    },
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const reason = reasonOf(error) === 'EEXIST' ? 'that file is there already' : reasonOf(error)
    throw new CommandError('invalid', `cannot write --out: ${reason}; the secret was not opened`)
  }
}

function unwritten(where: string, error: unknown): CommandError {
  return new CommandError('failed', `the secret was opened, but could not be written to ${where}: ${reasonOf(error)}`)
}
