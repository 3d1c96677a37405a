import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * The address of the client, without IPv6's mapping of IPv4. X-Forwarded-For is believed only from a declared proxy
 * (or over the unix socket, whose peers have no address), and read from the right up to the first stranger.
 */
export function clientAddress(request: Request, peer: string | null, trusted: readonly string[]): string | null {
  const proxies = listOf(trusted)
  let address = peer === null ? null : plain(peer)
  if (address !== null && !contains(proxies, address)) return address
  for (const hop of (request.headers.get('x-forwarded-for') ?? '').split(',').reverse()) {
    const next = plain(hop.trim())
    if (!isIPv4(next) && !isIPv6(next)) break
    address = next
    if (!contains(proxies, address)) break
  }
  return address
}

/** The network that limits count by: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown'
  return isIPv6(address) ? `${groups(address).slice(0, 4).join(':')}::/64` : address
}

/** An address with its last part cut off: /24 of IPv4, /48 of IPv6. */
export function truncated(address: string): string {
  return isIPv6(address)
    ? `${groups(address).slice(0, 3).join(':')}::`
    : `${address.split('.').slice(0, 3).join('.')}.0`
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

// The eight groups of an IPv6 address, its one "::" written out. The URL parser would refuse some forms that net takes.
function groups(address: string): string[] {
  const [head = '', tail = ''] = address
    .replace(/%.*$/, '')
    .replace(/[\d.]+$/, asGroups)
    .split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16))
}

function asGroups(ending: string): string {
  if (!isIPv4(ending)) return ending
  return Buffer.from(ending.split('.').map(Number)).toString('hex').replace(/^..../, '$&:')
}

const lists = new WeakMap<readonly string[], BlockList>()

function listOf(trusted: readonly string[]): BlockList {
  const known = lists.get(trusted)
  if (known) return known
  const list = new BlockList()
  for (const entry of trusted) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  lists.set(trusted, list)
  return list
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
