import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { type Fault, quote, unknownName } from './faults.ts'
import type { Options } from './option.ts'
import { type Reading, settableNames } from './setting.ts'

/** What reading a text file gave: its text, or why there is none, by the system's name for it (ENOENT, EACCES). */
type Text = { readonly text: string } | { readonly reason: string }

/** Reads a text file, without throwing. */
export function readText(path: string): Text {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { reason: error instanceof Error && 'code' in error ? String(error.code) : 'unreadable' }
  }
}

/** Whether there is no such file; one that is there and cannot be read is another matter. */
export function isAbsent(content: Text): boolean {
  return 'reason' in content && ['ENOENT', 'ENOTDIR'].includes(content.reason)
}

/** A fault about a file that was named, but cannot be read. */
export function unreadable(where: string, path: unknown, reason: string): Fault {
  return {
    where,
    read: quote(path),
    expected: 'a file that can be read',
    example: '/etc/sotto/sotto.toml',
    hint: reason,
  }
}

/** Reads the options from a TOML file: `path` as the operator wrote it, `where` it was written. */
export function readFile(path: string, where: string, cwd: string, options: Options): Reading {
  const content = readText(resolve(cwd, path))
  return 'text' in content ? readToml(content.text, path, options) : failed(unreadable(where, path, content.reason))
}

function failed(fault: Fault): Reading {
  return { settings: [], faults: [fault], incomplete: true }
}

function readToml(text: string, path: string, options: Options): Reading {
  try {
    return judge(Object.entries(parse(text)), text, path, options)
  } catch (error) {
    if (error instanceof TomlError) return failed(malformed(error, path))
    throw error
  }
}

function judge(entries: readonly [string, unknown][], text: string, path: string, options: Options): Reading {
  const known = settableNames(options).filter((name) => name !== 'config')
  const placed = entries.map(([name, raw]) => ({ name, raw, where: place(name, text, path), origin: 'file' as const }))
  return {
    settings: placed.filter(({ name }) => known.includes(name)),
    faults: placed
      .filter(({ name }) => !known.includes(name))
      .map(({ name, where }) => unknownName(where, name, known)),
  }
}

/** The parser keeps no lines; the options stand at the top of the file, each once, so a look at line beginnings will do. */
function place(name: string, text: string, path: string): string {
  const lines = text.split('\n').map((line) => /^[\s["']*([\w-]+)/.exec(line)?.[1])
  const line = lines.indexOf(name) + 1
  const shown = /^[\w-]+$/.test(name) ? name : quote(name)
  return line === 0 ? `${path} ${shown}` : `${path}:${line} ${shown}`
}

// Only the first line of the message: the rest is an excerpt of the file, and there may be a secret in it.
function malformed(error: TomlError, path: string): Fault {
  const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''
  return {
    where: `${path}:${error.line}`,
    read: 'no TOML',
    expected: 'name = value',
    example: 'name = "Sotto"',
    hint: reason,
  }
}
