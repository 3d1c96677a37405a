import { readSync } from 'node:fs'
import { isatty } from 'node:tty'
import { CommandError } from '../../errors.ts'
import { writeAll } from '../framework/output.ts'

/** Whether stdin, stdout or stderr is a terminal. Nothing is ever asked where stdin is none. */
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
// A terminal that knows bracketed paste says where a paste begins and ends, so that its line ends are content.
const paste = { on: '\x1b[?2004h', off: '\x1b[?2004l', begins: '[200~', ends: '[201~' }

/** Asks for a line that is not shown. Enter ends it; line ends inside a paste are kept. */
export function promptHidden(words: string): Uint8Array {
  process.stdin.setRawMode(true)
  try {
    writeAll(2, `${paste.on}${words}`)
    return readHidden()
  } finally {
    writeAll(2, `${paste.off}\n`)
    process.stdin.setRawMode(false)
  }
}

/** Asks a question that only a yes answers. */
export function confirm(question: string): boolean {
  writeAll(2, `${question} [y/N] `)
  const typed: number[] = []
  for (let key = nextKey(); key !== undefined && !endsLine(key); key = nextKey()) typed.push(key)
  return /^\s*y(es)?\s*$/i.test(Buffer.from(typed).toString())
}

function readHidden(): Uint8Array {
  const typed: number[] = []
  let isPasting = false
  for (let key = nextKey(); key !== undefined; key = nextKey()) {
    if (key === keys.escape) isPasting = pasteAfter(readEscape(), isPasting)
    else if (isPasting) typed.push(key === keys.enter ? keys.newline : key)
    else if (endsLine(key) || key === keys.end) break
    else edit(typed, key)
  }
  return Uint8Array.from(typed)
}

function endsLine(key: number): boolean {
  return key === keys.enter || key === keys.newline
}

function pasteAfter(sequence: string, isPasting: boolean): boolean {
  if (sequence === paste.begins) return true
  return sequence === paste.ends ? false : isPasting
}

function edit(typed: number[], key: number): void {
  if (key === keys.interrupt) throw new CommandError('failed', 'stopped')
  if (key === keys.clear) typed.length = 0
  else if (key === keys.delete || key === keys.backspace) deleteCharacter(typed)
  else typed.push(key)
}

// A character of UTF-8 is a first byte and those after it, which all begin with the bits 10.
function deleteCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}

// Arrows and function keys send these; what they mean to an editor, they do not mean here.
function readEscape(): string {
  let sequence = ''
  for (let key = nextKey(); key !== undefined; key = nextKey()) {
    sequence += String.fromCharCode(key)
    if (!/^(\[[\x20-\x3f]*|O)$/.test(sequence)) break
  }
  return sequence
}

// What was typed ahead of a question belongs to the next one.
let ahead: readonly number[] = []

function nextKey(): number | undefined {
  if (ahead.length === 0) ahead = [...readKeys()]
  const [key, ...others] = ahead
  ahead = others
  return key
}

function readKeys(): Uint8Array {
  const room = new Uint8Array(4096)
  for (;;) {
    try {
      return room.subarray(0, readSync(0, room))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Bun.sleepSync(20)
    }
  }
}
