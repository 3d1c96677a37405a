import { resolve } from 'node:path'
import type { Rate } from '../limits/gcra.ts'
import { day, second } from '../time.ts'
import { parseBaseUrl, parseContact, parseListen, parseNetwork, parsePeer } from './network.ts'
import type { Kind } from './option.ts'
import { formatDuration, formatSize, parseBoolean, parseDuration, parseInteger, parseList, parseSize } from './units.ts'

/** A file or folder, resolved against the folder Sotto was started in. */
export const path = ofText('path', 'a path', '/etc/sotto/sotto.toml', (text, cwd) =>
  text === '' || text.includes('\0') ? undefined : resolve(cwd, text),
)

/** An address to listen on. */
export const listenAddress = ofText(
  'address',
  'host:port, :port, [ipv6]:port or unix:/path?mode=0660',
  '127.0.0.1:8080',
  parseListen,
)

/** The address of an instance. */
export const baseUrl = ofText(
  'url',
  'an http or https URL without query, fragment or user',
  'https://secrets.example.org',
  parseBaseUrl,
)

/** A name that is shown to people. */
export const title = ofText('text', 'a text of 1 to 60 characters on one line', 'Sotto', (text) =>
  text.length <= 60 && /^\P{Cc}+$/u.test(text) ? text : undefined,
)

/** Somebody to ask. */
export const contact = ofText('text', 'an e-mail address or a URL', 'help@example.org', parseContact)

/** A region as machines call it. */
export const regionCode = ofText('text', '1 to 32 characters of a-z, 0-9 and -', 'eu', (text) =>
  /^[a-z0-9-]{1,32}$/.test(text) ? text : undefined,
)

/** The same service elsewhere. */
export const peer = ofText('name=url', 'name=url', 'eu=https://eu.example.org', parsePeer)

/** An address or a network. */
export const network = ofText('cidr', 'an IP address or a network', '10.0.0.0/8', parseNetwork)

/** The part of a mail address behind its @. */
export const domain = ofText('domain', 'a mail domain', 'example.org', (text) =>
  /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text) ? text.toLowerCase() : undefined,
)

/** A word without spaces, as another program calls something. */
export const word = ofText('text', 'a text of 1 to 255 characters without spaces', 'sotto', (text) =>
  /^[\x21-\x7e]{1,255}$/.test(text) ? text : undefined,
)

/** The address of an OpenID provider. Plain HTTP is for one on this machine. */
export const httpsUrl = ofText('url', 'an https URL', 'https://login.example.org', (text) => {
  const url = URL.parse(text)
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  return url && (url.protocol === 'https:' || isLocal) ? text : undefined
})

/** The address that mail comes from: nothing that a header or a mail server could read as more than one address. */
export const mailAddress = ofText('text', 'one e-mail address', 'sotto@example.org', (text) =>
  /^(?=.{3,254}$)[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(text) ? text : undefined,
)

/** The address of a mail server, with user and password where it wants them. */
export const smtpUrl = ofText('url', 'smtp://host:port or smtps://host:port', 'smtp://mail.example.org:587', (text) => {
  const url = URL.parse(text)
  return url && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' ? text : undefined
})

/** Yes or no. */
export const boolean: Kind<boolean> = {
  type: 'boolean',
  expected: 'true or false',
  example: 'true',
  read: parseBoolean,
}

/** 32 bytes, in any of the ways a generator prints them. */
export const key = ofText(
  'key',
  '32 bytes as base64, base64url or hex',
  'the output of: openssl rand -base64 32',
  readKey,
)

/** A span of time within bounds, in milliseconds. */
export function duration(least: string, most: string, example: string): Kind<number> {
  const [min, max] = [parseDuration(least) ?? 0, parseDuration(most) ?? 0]
  const expected = `a duration from ${formatDuration(min)} to ${formatDuration(max)}`
  return ofNumber('duration', expected, example, (value) => within(parseDuration(value), min, max))
}

/** An amount of data within bounds, in bytes. */
export function size(least: string, most: string, example: string): Kind<number> {
  const [min, max] = [parseSize(least) ?? 0, parseSize(most) ?? 0]
  const expected = `a size from ${formatSize(min)} to ${formatSize(max)}`
  return ofNumber('size', expected, example, (value) => within(parseSize(value), min, max))
}

/** So many in a span of time, or no limit. */
export const rate = ofText('rate', 'a number in a duration, or off', '120/1m', (text): Rate | 'off' | undefined => {
  if (text === 'off') return 'off'
  const [, count = '', span = ''] = /^(\d+)\/(.+)$/.exec(text) ?? []
  const windowMs = within(parseDuration(span), second, 31 * day)
  const events = parseInteger(count, 1, 1_000_000_000)
  return windowMs === undefined || events === undefined ? undefined : { count: events, windowMs }
})

/** A whole number within bounds. */
export function integer(min: number, max: number, example: string): Kind<number> {
  const expected = `a whole number from ${min} to ${max}`
  return ofNumber('number', expected, example, (value) => parseInteger(value, min, max))
}

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly [Word, ...Word[]]): Kind<Word> {
  return ofText(words.join('|'), words.join(' or '), words[0], (text) => words.find((word) => word === text))
}

/** Several of a kind: a TOML array, or separated by commas. */
export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    type: `list of ${item.type}`,
    expected: `${item.expected}, or several separated by commas`,
    example: item.example,
    read: (raw, cwd) => parseList(raw, (each) => item.read(each, cwd)),
  }
}

/** Several of a kind, and at least one. */
export function atLeastOne<T>(item: Kind<T>): Kind<readonly T[]> {
  const many = list(item)
  const read: typeof many.read = (raw, cwd) => {
    const items = many.read(raw, cwd)
    return items?.length === 0 ? undefined : items
  }
  return { ...many, read }
}

type ReadText<T> = (text: string, cwd: string) => T | undefined

function ofText<T>(type: string, expected: string, example: string, read: ReadText<T>): Kind<T> {
  return {
    type,
    expected,
    example,
    read: (raw, cwd) => (typeof raw === 'string' ? read(raw.trim(), cwd) : undefined),
  }
}

type ReadNumber = (value: string | number) => number | undefined

function ofNumber(type: string, expected: string, example: string, read: ReadNumber): Kind<number> {
  const readable = (raw: unknown) => typeof raw === 'string' || typeof raw === 'number'
  return { type, expected, example, read: (raw) => (readable(raw) ? read(raw) : undefined) }
}

function within(number: number | undefined, min: number, max: number): number | undefined {
  return number !== undefined && number >= min && number <= max ? number : undefined
}

function readKey(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/^[\da-f]{64}$/i.test(text)) return Uint8Array.fromHex(text)
  if (/^[\w-]{43}=?$/.test(text)) return Uint8Array.fromBase64(text, { alphabet: 'base64url' })
  return /^[A-Za-z\d+/]{43}=?$/.test(text) ? Uint8Array.fromBase64(text) : undefined
}
