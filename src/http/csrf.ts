import type { Config } from '../config/options.ts'
import { AppError } from '../errors.ts'

// Some clients name the port that their scheme has anyway, which a URL leaves out.
const usualPort = /:(?:80|443)$/
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The hosts this instance answers to: the base URL's, and on loopback the machine's other names for itself. */
export function knownHosts({ baseUrl }: Pick<Config, 'baseUrl'>): ReadonlySet<string> {
  const { host, hostname, port, protocol } = new URL(baseUrl)
  const loopback = ['127.0.0.1', 'localhost', '[::1]']
  if (protocol !== 'http:' || !loopback.includes(hostname)) return new Set([host])
  return new Set(loopback.map((name) => (port === '' ? name : `${name}:${port}`)))
}

/** Refuses a request for a host that is not ours: no link is ever made from a Host header. Throws `host_unknown`. */
export function refuseUnknownHost(request: Request, hosts: ReadonlySet<string>): void {
  const host = (request.headers.get('host') ?? '').toLowerCase()
  if (!hosts.has(host) && !hosts.has(host.replace(usualPort, ''))) throw new AppError('host_unknown')
}

/**
 * Refuses a request that another site had a browser make: unsafe methods need `Sec-Fetch-Site: same-origin` or, from
 * browsers without it, our own Origin. Programs send neither and carry no cookie, so they pass. Throws `cross_origin`.
 */
export function refuseCrossOrigin(request: Request, hosts: ReadonlySet<string>, protocol: string): void {
  if (safe.has(request.method)) return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null ? site === 'same-origin' : origin === null || isOurs(origin, hosts, protocol)) return
  throw new AppError('cross_origin')
}

function isOurs(origin: string, hosts: ReadonlySet<string>, protocol: string): boolean {
  const prefix = `${protocol}//`
  return origin.startsWith(prefix) && hosts.has(origin.slice(prefix.length))
}
