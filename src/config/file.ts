import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { systemErrorCode } from '../errors.ts'
import type { Options } from './option.ts'
import { type ConfigProblem, quote, unknownName } from './problems.ts'
import { type SourceResult, settableNames } from './setting.ts'

/** The text of a file, or the system's error code (ENOENT, EACCES). */
type FileContent = { readonly text: string } | { readonly reason: string }

/** Reads a text file. Returns the error code instead of throwing. */
export function readText(path: string): FileContent {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { reason: systemErrorCode(error, 'unreadable') }
  }
}

/** Whether the file does not exist, as opposed to not being readable. */
export function isAbsent(content: FileContent): boolean {
  return 'reason' in content && ['ENOENT', 'ENOTDIR'].includes(content.reason)
}

/** The problem of a file that was named but cannot be read. */
export function unreadable(where: string, path: unknown, reason: string): ConfigProblem {
  return {
    where,
    received: quote(path),
    expected: 'a readable file',
    example: '/etc/sotto/sotto.toml',
    hint: reason,
  }
}

/** Reads the options from a TOML file. `path` is the path as set, `where` the place that sets it. */
export function readFile(path: string, where: string, cwd: string, options: Options): SourceResult {
  const content = readText(resolve(cwd, path))
  return 'text' in content ? readToml(content.text, path, options) : failure(unreadable(where, path, content.reason))
}

function failure(problem: ConfigProblem): SourceResult {
  return { settings: [], problems: [problem], incomplete: true }
}

function readToml(text: string, path: string, options: Options): SourceResult {
  try {
    return checkEntries(Object.entries(parse(text)), text, path, options)
  } catch (error) {
    if (error instanceof TomlError) return failure(malformed(error, path))
    throw error
  }
}

function checkEntries(
  entries: readonly [string, unknown][],
  text: string,
  path: string,
  options: Options,
): SourceResult {
  const knownNames = settableNames(options).filter((name) => name !== 'config')
  const settings = entries.map(([name, raw]) => ({
    name,
    raw,
    where: locate(name, text, path),
    source: 'file' as const,
  }))
  return {
    settings: settings.filter(({ name }) => knownNames.includes(name)),
    problems: settings
      .filter(({ name }) => !knownNames.includes(name))
      .map(({ name, where }) => unknownName(where, name, knownNames)),
  }
}

/** The parser keeps no line numbers. Every option is a top-level key, so its line is found by the key it starts with. */
function locate(name: string, text: string, path: string): string {
  const lines = text.split('\n').map((line) => /^[\s["']*([\w-]+)/.exec(line)?.[1])
  const line = lines.indexOf(name) + 1
  const label = /^[\w-]+$/.test(name) ? name : quote(name)
  return line === 0 ? `${path} ${label}` : `${path}:${line} ${label}`
}

// Only the first line of the message is used: the rest quotes the file, which may contain a secret.
function malformed(error: TomlError, path: string): ConfigProblem {
  const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''
  return {
    where: `${path}:${error.line}`,
    received: 'invalid TOML',
    expected: 'name = value',
    example: 'name = "Sotto"',
    hint: reason,
  }
}
