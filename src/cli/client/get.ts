import {
  deriveFragmentKeys,
  type FragmentKeys,
  fromBase64Url,
  openWithFragment,
  toBase64Url,
} from '../../crypto/end-to-end.ts'
import { CommandError } from '../../errors.ts'
import type { Invocation } from '../framework/command.ts'
import type { Fields } from './fields.ts'
import { promptPassphrase, readPassphraseFile } from './input.ts'
import { type Link, readLink } from './link.ts'
import { sendRequest } from './request.ts'
import { unexpectedResponse } from './response-errors.ts'
import { createFileOutput, stdoutOutput } from './secret-output.ts'
import { requestByLink, resolveServer, serverFlag } from './server.ts'
import { confirm, isTerminal } from './terminal.ts'

/** The flags of `sotto get`. */
export const getFlags = {
  out: { value: 'FILE', sentence: 'write to a new file that only you can read; existing files are never overwritten' },
  'passphrase-file': { value: 'FILE', sentence: 'read the passphrase from a file (default: ask on a terminal)' },
  yes: { sentence: 'open the secret without asking for confirmation' },
  ...serverFlag,
} as const

type GetFlags = Invocation<typeof getFlags>['flags']

/** `sotto get`: reveals a secret and writes it to stdout or a file, unchanged, then acknowledges it so that it is destroyed. */
export async function get({ flags, env, positional }: Invocation<typeof getFlags>): Promise<number> {
  const link = await readLink(positional)
  if (link.kind === 'receipt')
    throw new CommandError('invalid', 'this is a receipt, which cannot open the secret; see: sotto status --help')
  const server = resolveServer({ flags, env }, link)
  const path = `/secrets/${link.key}`
  const secret = await requestByLink(link, { server, path })
  const keys = await deriveKeys(secret, link)
  using output = flags.out === undefined ? stdoutOutput : createFileOutput(flags.out)
  if (isTerminal.stdin && !flags.yes && !confirm('this secret can be opened only once; open it now?'))
    throw new CommandError('failed', 'cancelled; the secret has not been opened')
  const passphrase = await readPassphrase(secret, flags)
  const idempotencyKey = crypto.randomUUID()
  const body = { ...(passphrase !== undefined && { passphrase }), ...(keys && { proof: toBase64Url(keys.proof) }) }
  const revealed = await sendRequest({ server, path: `${path}/reveal`, body, idempotencyKey })
  output.write(await decrypt(revealed, keys, server))
  await sendRequest({ server, path: `${path}/acknowledge`, body: {}, idempotencyKey }).catch(() => undefined)
  return 0
}

async function deriveKeys(secret: Fields, { fragment }: Link): Promise<FragmentKeys | undefined> {
  if (secret['end_to_end'] !== true) return undefined
  if (fragment) return deriveFragmentKeys(fragment)
  throw new CommandError(
    'forbidden',
    'the part of the link after the # is missing or incomplete; the secret has not been opened',
  )
}

async function readPassphrase(secret: Fields, flags: GetFlags): Promise<string | undefined> {
  if (secret['passphrase_required'] !== true) return undefined
  const file = flags['passphrase-file']
  if (file !== undefined) return readPassphraseFile(file)
  if (isTerminal.stdin) return promptPassphrase('passphrase (not shown): ')
  throw new CommandError(
    'forbidden',
    'this secret needs a passphrase; use --passphrase-file FILE; it has not been opened',
  )
}

async function decrypt(
  { content, sealed }: Fields,
  keys: FragmentKeys | undefined,
  server: string,
): Promise<Uint8Array> {
  if (typeof content === 'string' && !keys) return new TextEncoder().encode(content)
  const message = typeof sealed === 'string' ? fromBase64Url(sealed) : undefined
  if (!message || !keys) throw unexpectedResponse(server)
  return openWithFragment(keys, message).catch(() => {
    throw new CommandError('failed', 'the content cannot be decrypted with this link')
  })
}
