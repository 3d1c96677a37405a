import { writeSync } from 'node:fs'

/** Writes data to stdout, synchronously. Throws if the reader has closed the pipe. */
export function print(data: string | Uint8Array): void {
  writeAll(1, data)
}

/** Writes a message line to stderr. */
export function printMessage(message: string): void {
  writeAll(2, `${message}\n`)
}

/** Writes all of `data` to a file descriptor and waits while a pipe is full. Throws if the reader has closed the pipe. */
export function writeAll(file: number, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(file, bytes, written)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Bun.sleepSync(5)
    }
  }
}
