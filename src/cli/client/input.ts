import { createReadStream } from 'node:fs'
import { CommandError, systemErrorCode } from '../../errors.ts'
import { isTerminal, promptHidden } from './terminal.ts'

// No instance accepts more bytes than this; longer input is not read to its end.
const maxBytes = 10_000_000

/** Reads the content to share, unchanged, from a file, stdin or a hidden prompt. Throws a CommandError if it is empty or not UTF-8. */
export async function readContent(file: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(file)
  if (bytes.length === 0) throw new CommandError('invalid', 'the content is empty; there is nothing to share')
  if (decodeUtf8(bytes) === undefined)
    throw new CommandError('invalid', 'the content is not valid UTF-8; encode it first, for example with base64')
  return bytes
}

function readBytes(file: string | undefined): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> {
  if (file !== undefined && file !== '-') return readAll(createReadStream(file), '--file')
  return isTerminal.stdin && file === undefined
    ? new Uint8Array(promptHidden('secret, then Enter (not shown): '))
    : readAll(Bun.stdin.stream() as unknown as AsyncIterable<Uint8Array>, 'stdin')
}

async function readAll(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxBytes) break
    }
  } catch (error) {
    throw new CommandError('invalid', `cannot read ${name}: ${systemErrorCode(error, 'unreadable')}`)
  }
  if (length > maxBytes)
    throw new CommandError('too_large', `the content is too large; no instance accepts more than ${maxBytes} bytes`)
  return new Uint8Array(Buffer.concat(chunks))
}

/** Decodes UTF-8, including a byte order mark. Returns undefined if the bytes are not valid. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Reads a passphrase from a file, without the line ending that an editor adds. Throws a CommandError. */
export async function readPassphraseFile(file: string): Promise<string> {
  const bytes = await readAll(createReadStream(file), '--passphrase-file')
  return checkPassphrase(decodeUtf8(bytes)?.replace(/\r?\n$/, ''))
}

/** Prompts for a passphrase without echo. Throws a CommandError if stdin is not a terminal. */
export function promptPassphrase(prompt: string): string {
  if (!isTerminal.stdin)
    throw new CommandError('invalid', 'no terminal to ask for the passphrase on; use --passphrase-file')
  return checkPassphrase(decodeUtf8(promptHidden(prompt)))
}

function checkPassphrase(passphrase: string | undefined): string {
  if (passphrase === undefined) throw new CommandError('invalid', 'the passphrase is not valid UTF-8')
  if (passphrase === '') throw new CommandError('invalid', 'the passphrase is empty')
  return passphrase
}
