import { writeSync } from 'node:fs'

/** Data, to stdout: on its way when this returns, so that what follows may rely on it. */
export function print(data: string | Uint8Array): void {
  writeAll(1, data)
}

/** Words for the person at the terminal, to stderr. */
export function tell(words: string): void {
  writeAll(2, `${words}\n`)
}

/** Writes all of `data`; a pipe that is full is waited for. Throws where the other end is gone. */
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
