import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * Returns the address of the client; IPv4-mapped IPv6 addresses become IPv4. `X-Forwarded-For` is used only if the peer
 * is a trusted proxy or a unix socket (`peer` is null), and is read from the right up to the first untrusted address.
 */
export function clientAddress(request: Request, peer: string | null, trusted: readonly string[]): string | null {
  const proxies = blockListOf(trusted)
  let address = peer === null ? null : withoutMapping(peer)
  if (address !== null && !contains(proxies, address)) return address
  for (const hop of (request.headers.get('x-forwarded-for') ?? '').split(',').reverse()) {
    const next = withoutMapping(hop.trim())
    if (!isIPv4(next) && !isIPv6(next)) break
    address = next
    if (!contains(proxies, address)) break
  }
  return address
}

/** Returns the network of an address, as limits count it: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown'
  return isIPv6(address) ? `${groups(address).slice(0, 4).join(':')}::/64` : address
}

/** Truncates an address: to the /24 of IPv4, to the /48 of IPv6. */
export function truncated(address: string): string {
  return isIPv6(address)
    ? `${groups(address).slice(0, 3).join(':')}::`
    : `${address.split('.').slice(0, 3).join('.')}.0`
}

function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

// The eight groups of an IPv6 address, with "::" expanded. The URL parser refuses some forms that `node:net` accepts.
function groups(address: string): string[] {
  const [head = '', tail = ''] = address
    .replace(/%.*$/, '')
    .replace(/[\d.]+$/, ipv4ToGroups)
    .split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16))
}

function ipv4ToGroups(suffix: string): string {
  if (!isIPv4(suffix)) return suffix
  return Buffer.from(suffix.split('.').map(Number)).toString('hex').replace(/^..../, '$&:')
}

// Parsed once per list of the configuration.
const blockLists = new WeakMap<readonly string[], BlockList>()

function blockListOf(trusted: readonly string[]): BlockList {
  const cached = blockLists.get(trusted)
  if (cached) return cached
  const list = new BlockList()
  for (const entry of trusted) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  blockLists.set(trusted, list)
  return list
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
