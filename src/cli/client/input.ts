import { createReadStream } from 'node:fs'
import { CommandError } from '../../errors.ts'
import { isTerminal, promptHidden } from './terminal.ts'

/** No instance takes more than this: what is longer is not even read to its end. */
const maxBytes = 10_000_000

/** What is to be shared: the bytes of the file or of stdin untouched, or a line that is typed unseen. Throws a CommandError. */
export async function readContent(file: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(file)
  if (bytes.length === 0) throw new CommandError('invalid', 'there is nothing to share: the content is empty')
  if (decodeUtf8(bytes) === undefined)
    throw new CommandError('invalid', 'the content is not valid UTF-8; encode it first, for example with base64')
  return bytes
}

function readBytes(file: string | undefined): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> {
  if (file !== undefined && file !== '-') return readWhole(createReadStream(file), '--file')
  return isTerminal.stdin && file === undefined
    ? new Uint8Array(promptHidden('secret, then Enter (not shown): '))
    : readWhole(Bun.stdin.stream() as unknown as AsyncIterable<Uint8Array>, 'stdin')
}

async function readWhole(stream: AsyncIterable<Uint8Array>, where: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxBytes) break
    }
  } catch (error) {
    throw new CommandError('invalid', `cannot read ${where}: ${systemErrorCode(error)}`)
  }
  if (length > maxBytes) throw new CommandError('too_large', 'the content is larger than any instance takes')
  return new Uint8Array(Buffer.concat(chunks))
}

/** The text of bytes, or nothing where they are not UTF-8. A byte order mark is content. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** A passphrase from a file, without the line end that an editor puts behind it. Throws a CommandError. */
export async function readPassphraseFile(file: string): Promise<string> {
  const bytes = await readWhole(createReadStream(file), '--passphrase-file')
  return checkPassphrase(decodeUtf8(bytes)?.replace(/\r?\n$/, ''))
}

/** A passphrase that is typed unseen. Throws a CommandError where there is no terminal to ask on. */
export function promptPassphrase(words: string): string {
  if (!isTerminal.stdin)
    throw new CommandError('invalid', 'there is no terminal to ask for the passphrase; use --passphrase-file')
  return checkPassphrase(decodeUtf8(promptHidden(words)))
}

function checkPassphrase(passphrase: string | undefined): string {
  if (passphrase === undefined) throw new CommandError('invalid', 'the passphrase is not valid UTF-8')
  if (passphrase === '') throw new CommandError('invalid', 'the passphrase is empty')
  return passphrase
}

/** The system's name for what went wrong with a file. */
export function systemErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
