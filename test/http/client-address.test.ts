import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { clientAddress, networkOf, truncated } from '../../src/http/client-address.ts'
import { startInstance } from '../fixtures/instance.ts'

const proxy = '10.0.0.1'
const proxies = ['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '2001:db8:1::1']

function addressOf(peer: string | null, forwarded: string | undefined, trusted: readonly string[] = proxies) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return clientAddress(new Request('http://localhost/', { headers }), peer, trusted)
}

describe('behind a trusted proxy, the client', () => {
  test.each([
    ['is the address that the proxy adds', '203.0.113.7', '203.0.113.7'],
    ['is the last address that is not a proxy', '198.51.100.9, 203.0.113.7', '203.0.113.7'],
    ['is found before several proxies', '198.51.100.9, 203.0.113.7, 10.1.1.1, 192.0.2.1', '203.0.113.7'],
    ['is not an address that the client adds before its own', '1.1.1.1, 10.9.9.9, 203.0.113.7', '203.0.113.7'],
    ['is the first proxy if there are only proxies', '10.2.2.2, 10.1.1.1', '10.2.2.2'],
    ['is found with spaces around it', '  203.0.113.7 ,10.1.1.1', '203.0.113.7'],
    ['is found with IPv6', '2001:db8:77::9', '2001:db8:77::9'],
    ['is found before proxies with IPv6', '2001:db8:77::9, fd00::1, 2001:db8:1:0:0::1', '2001:db8:77::9'],
    ['is an IPv4 address if it is mapped to IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
    ['is an IPv4 address if it is mapped in upper case', '::FFFF:203.0.113.7', '203.0.113.7'],
    ['is found before a mapped proxy', '203.0.113.7, ::ffff:10.1.1.1', '203.0.113.7'],
    ['is the proxy without the header', undefined, proxy],
    ['is the proxy with an empty header', '', proxy],
    ['is the proxy with an invalid value', 'unknown', proxy],
    ['is the proxy with a host name', 'client.example', proxy],
    ['is the proxy with an address and port', '203.0.113.7:443', proxy],
    ['is the proxy with an address in brackets', '[2001:db8::1]', proxy],
    ['is the address after an invalid value', '203.0.113.7, nonsense, 10.1.1.1', '10.1.1.1'],
    ['is not a number that could be read as an address', '0x7f.1, 2130706433', proxy],
    ['is not an address with leading zeros', '010.0.0.1', proxy],
    ['is not an address out of range', '256.1.1.1', proxy],
  ])('%s', (_, forwarded, client) => {
    expect(addressOf(proxy, forwarded)).toBe(client)
  })

  test('is found behind proxies in every configurable form', () => {
    for (const peer of ['10.255.0.1', '::ffff:10.0.0.1', '192.0.2.1', 'fd12::1', '2001:db8:1::1', '2001:DB8:1:0::1'])
      expect({ peer, client: addressOf(peer, '203.0.113.7') }).toEqual({ peer, client: '203.0.113.7' })
  })

  test('is found behind a unix socket, whose peers have no address', () => {
    expect(addressOf(null, '203.0.113.7', [])).toBe('203.0.113.7')
    expect(addressOf(null, '198.51.100.9, 203.0.113.7', [])).toBe('203.0.113.7')
    expect(addressOf(null, '203.0.113.7, 10.1.1.1')).toBe('203.0.113.7')
    expect(addressOf(null, undefined)).toBe(null)
    expect(addressOf(null, 'nonsense')).toBe(null)
  })
})

describe('a peer that is not a trusted proxy', () => {
  test.each(['203.0.113.99', '11.0.0.1', '192.0.2.2', 'fe00::1', '2001:db8:1::2', '127.0.0.1', '::1'])(
    'is the client, whatever the header says: %s',
    (peer) => {
      for (const claim of [undefined, '', '1.2.3.4', proxy, '1.2.3.4, 10.0.0.1', '::1', 'nonsense'])
        expect(addressOf(peer, claim)).toBe(peer)
    },
  )

  test('is an IPv4 address if it is mapped to IPv6', () => {
    expect(addressOf('::ffff:203.0.113.99', '1.2.3.4')).toBe('203.0.113.99')
  })

  test('is the client for any X-Forwarded-For', () => {
    const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(proxy, '::1', 'unknown', '', ' '))
    // Only characters that a header can contain.
    const junk = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''))
    const claim = fc.array(fc.oneof(hop, junk), { maxLength: 6 }).map((hops) => hops.join(','))
    const strangers = fc.ipV4().filter((peer) => !peer.startsWith('10.') && peer !== '192.0.2.1')
    fc.assert(
      fc.property(strangers, claim, (peer, forwarded) => {
        expect(addressOf(peer, forwarded)).toBe(peer)
        expect(addressOf(`::ffff:${peer}`, forwarded)).toBe(peer)
        expect(addressOf(peer, forwarded, [])).toBe(peer)
      }),
      { numRuns: 300 },
    )
  })

  test('cannot choose its address with values before the one that a proxy adds', () => {
    const claim = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''))
    fc.assert(
      fc.property(claim, (forged) => {
        expect(addressOf(proxy, `${forged}, 203.0.113.7`)).toBe('203.0.113.7')
      }),
      { numRuns: 300 },
    )
  })
})

describe('the network for limits', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::5:6', '2001:db8:0:0::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::0:0:0:0:0.0.0.0', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    [null, 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  test('is the same for a whole /64 of IPv6, in any notation', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
        const [left, right] = [canonical(one), canonical(other)]
        const sameNetwork = left.slice(0, 4).join() === right.slice(0, 4).join()
        expect(networkOf(one) === networkOf(other)).toBe(sameNetwork)
        expect(networkOf(left.join(':'))).toBe(networkOf(one))
        expect(networkOf([...left.slice(0, 4), ...right.slice(4)].join(':'))).toBe(networkOf(one))
      }),
    )
  })
})

describe('a truncated address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::5:6', '2001:db8:0::'],
    ['::1', '0:0:0::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
  ])('%s becomes %s', (address, short) => {
    expect(truncated(address)).toBe(short)
  })
})

/** Returns the eight groups of an IPv6 address, independently of the tested code. */
function canonical(address: string): string[] {
  const dotted = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [a * 256 + +b, c * 256 + +d].map((group) => group.toString(16)).join(':'),
  )
  const [head = '', tail] = dotted.split('::')
  const left = head.split(':').filter((group) => group !== '')
  const right = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16))
}

test('attempts through a proxy are counted for the network of the client, not for the proxy', async () => {
  await using sotto = await startInstance({ 'trusted-proxies': '127.0.0.1' })
  const { key } = await sotto.posted('/secrets', { content: 'x', passphrase: 'right' })
  const attempt = async (from: string, passphrase = 'wrong') =>
    (await sotto.post(`/secrets/${key}/reveal`, { passphrase }, { 'x-forwarded-for': from })).status
  for (let tries = 0; tries < 5; tries++) expect(await attempt(`2001:db8:0:7::${tries}`)).toBe(403)
  expect(await attempt('2001:db8:0:7:ffff::1')).toBe(429)
  expect(await attempt('1.2.3.4, 2001:db8:0:7::1')).toBe(429)
  expect(await attempt('2001:db8:0:8::1', 'right')).toBe(200)
})
