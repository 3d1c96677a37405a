import type { Config } from '../config/options.ts'
import { AppError } from '../errors.ts'

// Some clients send the default port, which URLs leave out.
const defaultPort = /:(?:80|443)$/
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Returns the hosts of this instance: the host of the base URL, and on loopback the other loopback names. */
export function knownHosts({ baseUrl }: Pick<Config, 'baseUrl'>): ReadonlySet<string> {
  const { host, hostname, port, protocol } = new URL(baseUrl)
  const loopback = ['127.0.0.1', 'localhost', '[::1]']
  if (protocol !== 'http:' || !loopback.includes(hostname)) return new Set([host])
  return new Set(loopback.map((name) => (port === '' ? name : `${name}:${port}`)))
}

/** Refuses requests with an unknown `Host` header. Throws `host_unknown`. */
export function refuseUnknownHost(request: Request, hosts: ReadonlySet<string>): void {
  const host = (request.headers.get('host') ?? '').toLowerCase()
  if (!hosts.has(host) && !hosts.has(host.replace(defaultPort, ''))) throw new AppError('host_unknown')
}

/**
 * Refuses cross-site requests: unsafe methods need `Sec-Fetch-Site: same-origin` or, from browsers without that header,
 * our own `Origin`. Clients that are not browsers send neither, and no cookie, so they pass. Throws `cross_origin`.
 */
export function refuseCrossOrigin(request: Request, hosts: ReadonlySet<string>, protocol: string): void {
  if (safeMethods.has(request.method)) return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null ? site === 'same-origin' : origin === null || isOwnOrigin(origin, hosts, protocol)) return
  throw new AppError('cross_origin')
}

function isOwnOrigin(origin: string, hosts: ReadonlySet<string>, protocol: string): boolean {
  const prefix = `${protocol}//`
  return origin.startsWith(prefix) && hosts.has(origin.slice(prefix.length))
}
