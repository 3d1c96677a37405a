import { closeSync, fsyncSync, openSync, unlinkSync } from 'node:fs'
import { CommandError, systemErrorCode } from '../../errors.ts'
import { print, printMessage, writeAll } from '../framework/output.ts'
import { isTerminal } from './terminal.ts'

/** A destination for revealed content. `write` throws a CommandError. */
export interface SecretOutput extends Disposable {
  write(content: Uint8Array): void
}

/** Writes to stdout. On a terminal, control characters are replaced. */
export const stdoutOutput: SecretOutput = {
  write: (content) => {
    try {
      print(isTerminal.stdout ? forTerminal(content) : content)
    } catch (error) {
      throw writeFailure('stdout', error)
    }
  },
  [Symbol.dispose]: () => undefined,
}

// The content comes from another person, and control characters could manipulate the terminal.
function forTerminal(content: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content)
  const safeText = text.replace(/(?!\t|\r?\n)\p{Cc}/gu, (control) => {
    const code = control.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\u2421'
  })
  if (safeText !== text)
    printMessage('control characters are shown as symbols; use a pipe or --out for the exact bytes')
  return safeText.endsWith('\n') ? safeText : `${safeText}\n`
}

/**
 * Creates a file that only its owner can read, before the secret is opened. Throws a CommandError if it cannot be
 * created or exists. Disposing it deletes the file unless the content has been written.
 */
export function createFileOutput(path: string): SecretOutput {
  const file = createFile(path)
  let isWritten = false
  return {
    write: (content) => {
      try {
        writeAll(file, content)
        fsyncSync(file)
        isWritten = true
      } catch (error) {
        throw writeFailure('--out', error)
      }
    },
    [Symbol.dispose]: () => {
      closeSync(file)
      if (!isWritten) unlinkSync(path)
    },
  }
}

function createFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const reason =
      systemErrorCode(error, 'unreadable') === 'EEXIST'
        ? 'the file already exists'
        : systemErrorCode(error, 'unreadable')
    throw new CommandError('invalid', `cannot write --out: ${reason}; the secret has not been opened`)
  }
}

function writeFailure(destination: string, error: unknown): CommandError {
  return new CommandError(
    'failed',
    `the secret was opened, but could not be written to ${destination}: ${systemErrorCode(error, 'unreadable')}`,
  )
}
