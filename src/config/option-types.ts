import { resolve } from 'node:path'
import type { Rate } from '../limits/gcra.ts'
import { day, second } from '../time.ts'
import { parseBaseUrl, parseContact, parseListen, parseNetwork, parsePeer } from './network.ts'
import type { OptionType } from './option.ts'
import { formatDuration, formatSize, parseBoolean, parseDuration, parseInteger, parseList, parseSize } from './units.ts'

/** A file or directory, resolved against the working directory. */
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

/** The base URL of an instance. */
export const baseUrl = ofText(
  'url',
  'an http or https URL without query, fragment or user name',
  'https://secrets.example.org',
  parseBaseUrl,
)

/** A name for display. */
export const title = ofText('text', '1 to 60 characters on one line', 'Sotto', (text) =>
  text.length <= 60 && /^\P{Cc}+$/u.test(text) ? text : undefined,
)

/** A contact: an email address or a URL. */
export const contact = ofText('text', 'an email address or a URL', 'help@example.org', parseContact)

/** A region code. */
export const regionCode = ofText('text', '1 to 32 characters of a-z, 0-9 and -', 'eu', (text) =>
  /^[a-z0-9-]{1,32}$/.test(text) ? text : undefined,
)

/** The same service in another region. */
export const peer = ofText('name=url', 'name=url', 'eu=https://eu.example.org', parsePeer)

/** An IP address or a network. */
export const network = ofText('cidr', 'an IP address or a network in CIDR notation', '10.0.0.0/8', parseNetwork)

/** The domain of an email address, in lower case. */
export const domain = ofText('domain', 'a mail domain', 'example.org', (text) =>
  /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text) ? text.toLowerCase() : undefined,
)

/** A name in another system, without spaces. */
export const word = ofText('text', '1 to 255 ASCII characters without spaces', 'sotto', (text) =>
  /^[\x21-\x7e]{1,255}$/.test(text) ? text : undefined,
)

/** The URL of an OpenID provider. Plain HTTP is accepted for one on this machine. */
export const httpsUrl = ofText('url', 'an https URL', 'https://login.example.org', (text) => {
  const url = URL.parse(text)
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  return url && (url.protocol === 'https:' || isLocal) ? text : undefined
})

/** A sender address. The pattern excludes anything that a header or a mail server could read as several addresses. */
export const mailAddress = ofText('text', 'one email address', 'sotto@example.org', (text) =>
  /^(?=.{3,254}$)[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(text) ? text : undefined,
)

/** The URL of a mail server, with user and password if it requires them. */
export const smtpUrl = ofText('url', 'smtp://host:port or smtps://host:port', 'smtp://mail.example.org:587', (text) => {
  const url = URL.parse(text)
  return url && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' ? text : undefined
})

/** A boolean. */
export const boolean: OptionType<boolean> = {
  name: 'boolean',
  expected: 'true or false',
  example: 'true',
  parse: parseBoolean,
}

/** 32 bytes as base64, base64url or hex. */
export const key = ofText(
  'key',
  '32 bytes as base64, base64url or hex',
  'the output of: openssl rand -base64 32',
  parseKey,
)

/** A duration within bounds, in milliseconds. */
export function duration(minText: string, maxText: string, example: string): OptionType<number> {
  const [min, max] = [parseDuration(minText) ?? 0, parseDuration(maxText) ?? 0]
  const expected = `a duration from ${formatDuration(min)} to ${formatDuration(max)}`
  return ofNumber('duration', expected, example, (value) => within(parseDuration(value), min, max))
}

/** An amount of data within bounds, in bytes. */
export function size(minText: string, maxText: string, example: string): OptionType<number> {
  const [min, max] = [parseSize(minText) ?? 0, parseSize(maxText) ?? 0]
  const expected = `a size from ${formatSize(min)} to ${formatSize(max)}`
  return ofNumber('size', expected, example, (value) => within(parseSize(value), min, max))
}

/** A rate, or `off` for no limit. */
export const rate = ofText('rate', 'a count per duration, or off', '120/1m', (text): Rate | 'off' | undefined => {
  if (text === 'off') return 'off'
  const [, count = '', period = ''] = /^(\d+)\/(.+)$/.exec(text) ?? []
  const windowMs = within(parseDuration(period), second, 31 * day)
  const events = parseInteger(count, 1, 1_000_000_000)
  return windowMs === undefined || events === undefined ? undefined : { count: events, windowMs }
})

/** A whole number within bounds. */
export function integer(min: number, max: number, example: string): OptionType<number> {
  const expected = `a whole number from ${min} to ${max}`
  return ofNumber('number', expected, example, (value) => parseInteger(value, min, max))
}

/** One of a list of words. */
export function choice<const Word extends string>(...words: readonly [Word, ...Word[]]): OptionType<Word> {
  return ofText(words.join('|'), words.join(' or '), words[0], (text) => words.find((word) => word === text))
}

/** A list: a TOML array, or text separated by commas. */
export function list<T>(item: OptionType<T>): OptionType<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    expected: `${item.expected}, or several separated by commas`,
    example: item.example,
    parse: (raw, cwd) => parseList(raw, (each) => item.parse(each, cwd)),
  }
}

/** A list with at least one item. */
export function atLeastOne<T>(item: OptionType<T>): OptionType<readonly T[]> {
  const many = list(item)
  const parse: typeof many.parse = (raw, cwd) => {
    const items = many.parse(raw, cwd)
    return items?.length === 0 ? undefined : items
  }
  return { ...many, parse }
}

type ParseText<T> = (text: string, cwd: string) => T | undefined

function ofText<T>(name: string, expected: string, example: string, parse: ParseText<T>): OptionType<T> {
  return {
    name,
    expected,
    example,
    parse: (raw, cwd) => (typeof raw === 'string' ? parse(raw.trim(), cwd) : undefined),
  }
}

type ParseNumber = (value: string | number) => number | undefined

function ofNumber(name: string, expected: string, example: string, parse: ParseNumber): OptionType<number> {
  const isNumeric = (raw: unknown) => typeof raw === 'string' || typeof raw === 'number'
  return { name, expected, example, parse: (raw) => (isNumeric(raw) ? parse(raw) : undefined) }
}

function within(number: number | undefined, min: number, max: number): number | undefined {
  return number !== undefined && number >= min && number <= max ? number : undefined
}

function parseKey(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/^[\da-f]{64}$/i.test(text)) return Uint8Array.fromHex(text)
  if (/^[\w-]{43}=?$/.test(text)) return Uint8Array.fromBase64(text, { alphabet: 'base64url' })
  return /^[A-Za-z\d+/]{43}=?$/.test(text) ? Uint8Array.fromBase64(text) : undefined
}
