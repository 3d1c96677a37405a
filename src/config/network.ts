import { isIP, isIPv4, isIPv6 } from 'node:net'

/** A listen address: a TCP port, or a Unix socket with its file mode. */
export type Listen =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string; readonly mode: number }

/** The same service in another region. */
export interface Peer {
  readonly name: string
  readonly url: string
}

const defaultMode = 0o660
// Linux silently truncates a socket path to 108 bytes, including the terminating zero (unix(7)).
const maxSocketPath = 107

/** Parses `host:port`, `:port` (every IPv4 address), `[v6]:port` or `unix:/path?mode=0660`. */
export function parseListen(text: string): Listen | undefined {
  return text.startsWith('unix:') ? parseSocket(text.slice('unix:'.length)) : parseTcp(text)
}

function parseSocket(text: string): Listen | undefined {
  const [, path = '', mode] = /^(\/[^?\0]+)(?:\?mode=(0?[0-7]{3}))?$/.exec(text) ?? []
  if (path === '' || Buffer.byteLength(path) > maxSocketPath) return undefined
  return { kind: 'unix', path, mode: mode === undefined ? defaultMode : Number.parseInt(mode, 8) }
}

function parseTcp(text: string): Listen | undefined {
  const [, v6, name = '', digits] = /^(?:\[([\da-f:.]+)\]|([a-z\d.-]*)):(\d{1,5})$/i.exec(text) ?? []
  const host = v6 === undefined ? hostName(name) : normaliseV6(v6)
  const port = Number(digits)
  return host !== undefined && port <= 65_535 ? { kind: 'tcp', host, port } : undefined
}

function hostName(name: string): string | undefined {
  if (name === '') return '0.0.0.0'
  const isNumeric = /^[\d.]+$/.test(name)
  return isIPv4(name) || (!isNumeric && !/^[.-]/.test(name)) ? name.toLowerCase() : undefined
}

function normaliseV6(address: string): string | undefined {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : undefined
}

/** Whether only this machine can reach the address. A host name other than localhost is assumed to be reachable. */
export function isLoopback(listen: Listen): boolean {
  if (listen.kind === 'unix') return true
  return listen.host === 'localhost' || listen.host === '::1' || (isIPv4(listen.host) && listen.host.startsWith('127.'))
}

/** The URL of a TCP listener for clients on this machine. */
export function localUrl(scheme: 'http' | 'https', host: string, port: number): string {
  return new URL(`${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`).origin
}

/** Parses an absolute http or https URL with at most a path. Returns it normalised, without a trailing slash. */
export function parseBaseUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^\s?#\\]+$/i.test(text) || !URL.canParse(text)) return undefined
  const { origin, pathname, username, password } = new URL(text)
  const path = pathname.replace(/\/+$/, '')
  // The path is used in cookies and links as it is, so it must contain no semicolon and no double slash.
  const isPlain = /^(\/[\w.~-]+)*$/.test(path)
  return isPlain && username === '' && password === '' ? origin + path : undefined
}

/** The path of a base URL: empty, or `/prefix`. */
export function basePathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}

/** Parses an IP address, or a network such as `10.0.0.0/8`. */
export function parseNetwork(text: string): string | undefined {
  const [, address = '', bits] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const maxBits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return maxBits > 0 && Number(bits ?? 0) <= maxBits ? text.toLowerCase() : undefined
}

/** Parses `name=url`. */
export function parsePeer(text: string): Peer | undefined {
  const [, name = '', address = ''] = /^([^=\p{Cc}]{1,60})=(.+)$/u.exec(text) ?? []
  const url = parseBaseUrl(address.trim())
  return url === undefined || name.trim() === '' ? undefined : { name: name.trim(), url }
}

/** Parses an email address or a web address. */
export function parseContact(text: string): string | undefined {
  const isMail = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(text)
  const isWeb = /^https?:\/\/[^\s@<>"]+$/i.test(text) && URL.canParse(text)
  return text.length <= 254 && (isMail || isWeb) ? text : undefined
}
