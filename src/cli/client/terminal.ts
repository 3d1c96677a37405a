import { readSync } from 'node:fs'
import { isatty } from 'node:tty'
import { CommandError } from '../../errors.ts'
import { writeAll } from '../framework/output.ts'

/** Whether stdin, stdout or stderr is a terminal. Without a terminal on stdin there are no prompts. */
export const isTerminal = {
  get stdin(): boolean {
    return isatty(0)
  },
  get stdout(): boolean {
    return isatty(1)
  },
  get stderr(): boolean {
    return isatty(2)
  },
}

const keys = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  newline: 0x0a,
  enter: 0x0d,
  clear: 0x15,
  escape: 0x1b,
  delete: 0x7f,
}
// Bracketed paste: the terminal marks the start and end of a paste, so that line endings inside it are kept.
const paste = { on: '\x1b[?2004h', off: '\x1b[?2004l', start: '[200~', end: '[201~' }

/** Prompts for a line without echo. Enter ends it; line endings inside a paste are kept. */
export function promptHidden(prompt: string): Uint8Array {
  process.stdin.setRawMode(true)
  try {
    writeAll(2, `${paste.on}${prompt}`)
    return readHidden()
  } finally {
    writeAll(2, `${paste.off}\n`)
    process.stdin.setRawMode(false)
  }
}

/** Asks a yes-or-no question. Returns true only for a yes. */
export function confirm(question: string): boolean {
  writeAll(2, `${question} [y/N] `)
  const bytes: number[] = []
  for (let key = nextKey(); key !== undefined && !endsLine(key); key = nextKey()) bytes.push(key)
  return /^\s*y(es)?\s*$/i.test(Buffer.from(bytes).toString())
}

function readHidden(): Uint8Array {
  const bytes: number[] = []
  let isPasting = false
  for (let key = nextKey(); key !== undefined; key = nextKey()) {
    if (key === keys.escape) isPasting = pasteAfter(readEscape(), isPasting)
    else if (isPasting) bytes.push(key === keys.enter ? keys.newline : key)
    else if (endsLine(key) || key === keys.end) break
    else edit(bytes, key)
  }
  return Uint8Array.from(bytes)
}

function endsLine(key: number): boolean {
  return key === keys.enter || key === keys.newline
}

function pasteAfter(sequence: string, isPasting: boolean): boolean {
  if (sequence === paste.start) return true
  return sequence === paste.end ? false : isPasting
}

function edit(bytes: number[], key: number): void {
  if (key === keys.interrupt) throw new CommandError('failed', 'stopped')
  if (key === keys.clear) bytes.length = 0
  else if (key === keys.delete || key === keys.backspace) deleteCharacter(bytes)
  else bytes.push(key)
}

// The continuation bytes of a UTF-8 character all begin with the bits 10.
function deleteCharacter(bytes: number[]): void {
  while (((bytes.pop() ?? 0) & 0xc0) === 0x80);
}

// Arrow and function keys send escape sequences, which are ignored.
function readEscape(): string {
  let sequence = ''
  for (let key = nextKey(); key !== undefined; key = nextKey()) {
    sequence += String.fromCharCode(key)
    if (!/^(\[[\x20-\x3f]*|O)$/.test(sequence)) break
  }
  return sequence
}

// Input entered before a prompt is kept for the next one.
let unread: readonly number[] = []

function nextKey(): number | undefined {
  if (unread.length === 0) unread = [...readKeys()]
  const [key, ...others] = unread
  unread = others
  return key
}

function readKeys(): Uint8Array {
  const buffer = new Uint8Array(4096)
  for (;;) {
    try {
      return buffer.subarray(0, readSync(0, buffer))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Bun.sleepSync(20)
    }
  }
}
