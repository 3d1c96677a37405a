import { isIP, isIPv4, isIPv6 } from 'node:net'

/** Where the server listens: a TCP port, or a socket in the file system with its permissions. */
export type Listen =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string; readonly mode: number }

/** The same service in another region. */
export interface Peer {
  readonly name: string
  readonly url: string
}

const defaultMode = 0o660
// Linux gives a socket's path 108 bytes with its closing zero; a longer one is cut, silently.
const longestSocketPath = 107

/** Reads `host:port`, `:port` (every IPv4 address), `[v6]:port` or `unix:/path?mode=0660`. */
export function parseListen(text: string): Listen | undefined {
  return text.startsWith('unix:') ? parseSocket(text.slice('unix:'.length)) : parseTcp(text)
}

function parseSocket(text: string): Listen | undefined {
  const [, path = '', mode] = /^(\/[^?\0]+)(?:\?mode=(0?[0-7]{3}))?$/.exec(text) ?? []
  if (path === '' || Buffer.byteLength(path) > longestSocketPath) return undefined
  return { kind: 'unix', path, mode: mode === undefined ? defaultMode : Number.parseInt(mode, 8) }
}

function parseTcp(text: string): Listen | undefined {
  const [, v6, name = '', digits] = /^(?:\[([\da-f:.]+)\]|([a-z\d.-]*)):(\d{1,5})$/i.exec(text) ?? []
  const host = v6 === undefined ? hostName(name) : shortestV6(v6)
  const port = Number(digits)
  return host !== undefined && port <= 65_535 ? { kind: 'tcp', host, port } : undefined
}

function hostName(name: string): string | undefined {
  if (name === '') return '0.0.0.0'
  const onlyDigits = /^[\d.]+$/.test(name)
  return isIPv4(name) || (!onlyDigits && !/^[.-]/.test(name)) ? name.toLowerCase() : undefined
}

function shortestV6(address: string): string | undefined {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : undefined
}

/** Whether only this machine can reach the address. A host name other than localhost counts as reachable by others. */
export function isLoopback(listen: Listen): boolean {
  if (listen.kind === 'unix') return true
  return listen.host === 'localhost' || listen.host === '::1' || (isIPv4(listen.host) && listen.host.startsWith('127.'))
}

/** The address that people on this machine type to reach a TCP listener. */
export function localUrl(scheme: 'http' | 'https', host: string, port: number): string {
  return new URL(`${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`).origin
}

/** Reads an absolute http or https URL with at most a path; gives it back normalised, without a slash at its end. */
export function parseBaseUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^\s?#\\]+$/i.test(text) || !URL.canParse(text)) return undefined
  const { origin, pathname, username, password } = new URL(text)
  const path = pathname.replace(/\/+$/, '')
  // The path is put into cookies and links as it is: no semicolon, and no double slash that would name another host.
  const plain = /^(\/[\w.~-]+)*$/.test(path)
  return plain && username === '' && password === '' ? origin + path : undefined
}

/** The path that every link begins with: empty, or `/prefix`. */
export function basePathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}

/** Reads an IP address, or a network such as `10.0.0.0/8`. */
export function parseNetwork(text: string): string | undefined {
  const [, address = '', bits] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const widest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return widest > 0 && Number(bits ?? 0) <= widest ? text.toLowerCase() : undefined
}

/** Reads `name=url`. */
export function parsePeer(text: string): Peer | undefined {
  const [, name = '', address = ''] = /^([^=\p{Cc}]{1,60})=(.+)$/u.exec(text) ?? []
  const url = parseBaseUrl(address.trim())
  return url === undefined || name.trim() === '' ? undefined : { name: name.trim(), url }
}

/** Reads an e-mail address or a web address, the two things a page can make a link of. */
export function parseContact(text: string): string | undefined {
  const isMail = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(text)
  const isWeb = /^https?:\/\/[^\s@<>"]+$/i.test(text) && URL.canParse(text)
  return text.length <= 254 && (isMail || isWeb) ? text : undefined
}
