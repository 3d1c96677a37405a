import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openLog } from '../../src/log.ts'
import { logFields } from '../../src/privacy/inventory/log-fields.ts'
import { day, hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
// Headers and values that are recognisable wherever they would appear.
const visitor = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
  'accept-language': 'de-AT,de;q=0.9',
  cookie: 'sotto_theme=dark; other=planted-cookie',
  referer: 'https://planted-referer.example/page',
}
const content = 'planted-content'
const passphrase = 'planted-passphrase'
const idempotencyKey = 'planted-idempotency-key'
const proof = Buffer.alloc(32, 0xab).toString('base64url')
const sealed = Buffer.from('planted-sealed').toString('base64url')

interface Line {
  readonly [field: string]: string | number | null
}

function linesOf({ lines }: Instance): Line[] {
  return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request')
}

/** Returns the lines as text, without the random and measured fields, which could contain any digits. */
function textOf(lines: readonly Line[]): string {
  return lines.map(({ request_id, took_ms, ...rest }) => JSON.stringify(rest)).join('\n')
}

/** Sends a request and returns its log line. */
async function lineOf(sotto: Instance, path: string, headers: Record<string, string> = {}): Promise<Line> {
  await sotto.fetch(path, { headers })
  return linesOf(sotto).at(-1) ?? {}
}

describe('for requests to every route,', () => {
  const addresses = ['203.0.113.7', '2001:db8:77:88::99']
  const planted: string[] = []
  let sotto: Instance
  let sent: { readonly method: string; readonly route: string; readonly status: number }[]

  beforeAll(async () => {
    sotto = await startInstance({ 'trusted-proxies': '127.0.0.1' })
    sent = []
    for (const address of addresses) await requestEverything(address)
  })
  afterAll(() => sotto[Symbol.asyncDispose]())

  /** Requests every route and some paths without a route, as a proxy forwards them for `address`. */
  async function requestEverything(address: string): Promise<void> {
    const from = { ...visitor, 'x-forwarded-for': address }
    const send = async (method: string, route: string, path: string, init: RequestInit = {}) => {
      const headers = { ...from, ...(init.headers as Record<string, string>) }
      const response = await sotto.fetch(`${path}?planted-query=${content}`, { ...init, method, headers })
      sent.push({ method, route, status: response.status })
      return response
    }
    const create = async (body: object, more = {}) => {
      const headers = { ...json, ...more, ...from }
      const response = await sotto.fetch('/api/v3/secrets', { method: 'POST', body: JSON.stringify(body), headers })
      sent.push({ method: 'POST', route: '/api/v3/secrets', status: response.status })
      const created = (await response.json()) as { key: string; receipt: { key: string } }
      planted.push(created.key, created.receipt.key)
      return { key: created.key, receiptKey: created.receipt.key }
    }
    const { key, receiptKey } = await create(
      { content, passphrase },
      { 'idempotency-key': `${idempotencyKey}-${address}` },
    )
    const other = await create({ sealed, proof })
    const withPassphrase = {
      body: JSON.stringify({ passphrase }),
      headers: { ...json, 'idempotency-key': idempotencyKey },
    }
    await send('GET', 'unmatched', '/api/v3/mine', { headers: { authorization: 'Bearer planted-token' } })
    await send('GET', '/secret/:key', `/secret/${key}`)
    await send('GET', '/receipt/:key', `/receipt/${receiptKey}`)
    await send('GET', '/api/v3/secrets/:key', `/api/v3/secrets/${key}`)
    await send('GET', '/api/v3/receipts/:key', `/api/v3/receipts/${receiptKey}`)
    await send('POST', '/secret/:key', `/secret/${key}`, { body: `passphrase=${passphrase}-wrong`, headers: form })
    await send('POST', '/api/v3/secrets/:key/reveal', `/api/v3/secrets/${key}/reveal`, withPassphrase)
    await send('POST', '/api/v3/secrets/:key/acknowledge', `/api/v3/secrets/${key}/acknowledge`, {
      headers: { 'idempotency-key': idempotencyKey },
    })
    await send('GET', '/secret/:key', `/secret/${key}`)
    await send('POST', '/api/v3/secrets/:key/reveal', `/api/v3/secrets/${other.key}/reveal`, {
      body: JSON.stringify({ proof }),
      headers: json,
    })
    await send('POST', '/receipt/:key/burn', `/receipt/${other.receiptKey}/burn`)
    await send('POST', '/api/v3/receipts/:key/burn', `/api/v3/receipts/${other.receiptKey}/burn`)
    await send('POST', '/secret', '/secret', { body: `content=${content}`, headers: form })
    await send('POST', '/generate', '/generate', { body: 'kind=words&words=6', headers: form })
    await send('POST', '/preferences/theme', '/preferences/theme', { body: 'theme=dark', headers: form })
    await send('GET', '/', '/')
    await send('HEAD', '/', '/')
    await send('GET', '/generate', '/generate')
    await send('GET', '/healthz', '/healthz')
    await send('GET', 'unmatched', `/secret/${key}/${content}`)
    await send('PUT', 'unmatched', `/secret/${key}`)
    await send('GET', 'unmatched', `/api/v3/${content}`)
    await send('GET', 'unmatched', '/', { headers: { host: 'planted-host.example' } })
  }

  test('each request writes one line, with the pattern of its route and never its path', () => {
    expect(sent.length).toBe(50)
    expect(linesOf(sotto).map(({ method, route, status }) => ({ method, route, status }) as unknown)).toEqual(sent)
  })

  test('a line has only the fields of the inventory', () => {
    const always = ['address', 'browser', 'event', 'language', 'method', 'region', 'request_id', 'route', 'status']
    for (const line of linesOf(sotto)) {
      expect(Object.keys(line).filter((field) => !(field in logFields))).toEqual([])
      expect(Object.keys(line)).toEqual(expect.arrayContaining([...always, 'theme', 'time', 'took_ms']))
      for (const value of Object.values(line)) expect(['string', 'number', 'object']).toContain(typeof value)
      expect(JSON.stringify(line).length).toBeLessThan(400)
    }
  })

  test('no key, content, passphrase, proof or other part of a request is in any line', () => {
    const secrets = [content, passphrase, idempotencyKey, proof, sealed, 'planted', ...planted]
    expect(planted.length).toBe(8)
    for (const secret of secrets) expect(sotto.lines.join('\n')).not.toContain(secret)
    const hashes = [...planted, content].map((secret) => new Bun.CryptoHasher('sha256').update(secret).digest('hex'))
    for (const hash of hashes) expect(sotto.lines.join('\n')).not.toContain(hash.slice(0, 12))
  })

  test('no full address and no user agent is in any line', () => {
    for (const part of ['203.0.113.7', '2001:db8:77:88', '::99', 'Mozilla', '142', 'Gecko', 'Linux', 'de-AT', 'q=0'])
      expect(textOf(linesOf(sotto))).not.toContain(part)
    const seen = new Set(linesOf(sotto).map(({ address }) => address))
    expect(seen).toEqual(new Set(['203.0.113.0', '2001:db8:77::']))
  })

  test('a line has the type of the browser, the language, the region and the theme', () => {
    for (const line of linesOf(sotto))
      expect(line).toMatchObject({ browser: 'firefox', language: 'de', region: 'local', theme: 'dark' })
  })
})

describe('an address is logged', () => {
  const v4 = '203.0.113.7'
  const v6 = '2001:db8:77:88::99'
  const loggedAs = async (sotto: Instance, address: string) =>
    (await lineOf(sotto, '/', { 'x-forwarded-for': address }))['address']
  const start = (mode?: string) =>
    startInstance({ 'trusted-proxies': '127.0.0.1', ...(mode !== undefined && { 'log-addresses': mode }) })

  test('in full if configured', async () => {
    await using sotto = await start('full')
    expect(await loggedAs(sotto, v4)).toBe(v4)
    expect(await loggedAs(sotto, v6)).toBe(v6)
  })

  test('truncated by default', async () => {
    for (const mode of ['truncated', undefined]) {
      await using sotto = await start(mode)
      expect(await loggedAs(sotto, v4)).toBe('203.0.113.0')
      expect(await loggedAs(sotto, v6)).toBe('2001:db8:77::')
      expect(await loggedAs(sotto, '::ffff:203.0.113.7')).toBe('203.0.113.0')
    }
  })

  test('not at all if configured', async () => {
    await using sotto = await start('none')
    expect(await loggedAs(sotto, v4)).toBe(null)
    expect(await loggedAs(sotto, v6)).toBe(null)
    expect(sotto.lines.join()).not.toMatch(/203\.0|2001:|127\.0/)
  })

  test('as a hash that distinguishes visitors for one day', async () => {
    await using sotto = await start('hashed')
    const today = await loggedAs(sotto, v4)
    expect(today).toMatch(/^[0-9a-f]{16}$/)
    expect(await loggedAs(sotto, v4)).toBe(today ?? '')
    expect(await loggedAs(sotto, '203.0.113.8')).not.toBe(today)
    expect(await loggedAs(sotto, v6)).not.toBe(today)
    sotto.clock.advance(12 * hour - 1)
    expect(await loggedAs(sotto, v4)).toBe(today ?? '')
    sotto.clock.advance(1)
    const tomorrow = await loggedAs(sotto, v4)
    expect(tomorrow).toMatch(/^[0-9a-f]{16}$/)
    expect(tomorrow).not.toBe(today)
    sotto.clock.advance(-day)
    expect(await loggedAs(sotto, v4)).not.toBe(today)
    expect(sotto.lines.join()).not.toContain(v4)
    const unkeyed = new Bun.CryptoHasher('sha256').update(v4).digest('hex')
    expect(sotto.lines.join()).not.toContain(unkeyed.slice(0, 16))
  })

  test('as that of the peer if it is not a trusted proxy', async () => {
    await using sotto = await startInstance({ 'log-addresses': 'full', 'trusted-proxies': '10.0.0.1' })
    expect(await loggedAs(sotto, v4)).toBe('127.0.0.1')
  })
})

describe('of the headers of a browser, ', () => {
  let sotto: Instance
  beforeAll(async () => {
    sotto = await startInstance()
  })
  afterAll(() => sotto[Symbol.asyncDispose]())

  const apple = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)'
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'
  test.each([
    ['firefox', 'Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0'],
    ['firefox', `${apple} FxiOS/142.0 Mobile/15E148 Safari/605.1.15`],
    ['chrome', `${chrome} Safari/537.36`],
    ['chrome', `${apple} CriOS/142.0 Mobile/15E148 Safari/604.1`],
    ['edge', `${chrome} Safari/537.36 Edg/142.0.0.0`],
    ['opera', `${chrome} Safari/537.36 OPR/124.0.0.0`],
    ['safari', `${apple} Version/26.0 Safari/605.1.15`],
    ['curl', 'curl/8.14.1'],
    ['wget', 'Wget/1.25.0'],
    ['other', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
    ['other', 'planted'],
    ['other', ''],
  ])('only its type is logged: %s', async (type, userAgent) => {
    const line = await lineOf(sotto, '/', { 'user-agent': userAgent })
    expect(line['browser']).toBe(type)
    if (userAgent !== '') expect(textOf([line])).not.toContain(userAgent)
    expect(textOf([line])).not.toMatch(/142|AppleWebKit|8\.14|planted/)
  })

  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['EN', 'en'],
    ['zh-Hant-TW', 'zh'],
    ['haw', 'haw'],
    ['*', null],
    ['', null],
    ['planted', null],
    ['x-planted', null],
    ['"de"', null],
  ])('only the first language is logged: "%s"', async (accepted, language) => {
    expect((await lineOf(sotto, '/', { 'accept-language': accepted }))['language']).toBe(language)
  })

  test.each([
    ['sotto_theme=dark', 'dark'],
    ['a=b; sotto_theme=light', 'light'],
    ['sotto_theme=planted', 'system'],
    ['sotto_theme=dark"', 'system'],
    ['xsotto_theme=dark', 'system'],
    ['', 'system'],
  ])('only a valid theme is logged: "%s"', async (cookie, theme) => {
    expect((await lineOf(sotto, '/', { cookie }))['theme']).toBe(theme)
  })
})

describe('a log line as text', () => {
  const lineOfText = (line: Parameters<ReturnType<typeof openLog>['write']>[0]) => {
    const lines: string[] = []
    openLog(
      { logFormat: 'text' },
      { clock: { now: () => 0, isFrozen: false }, write: (text) => lines.push(text) },
    ).write(line)
    return lines
  }

  test('starts with the time, followed by the fields with a value', () => {
    expect(lineOfText({ event: 'request', route: '/secret/:key', status: 404, language: null })).toEqual([
      '1970-01-01T00:00:00.000Z event=request route=/secret/:key status=404',
    ])
  })

  test('is one line for any value', () => {
    const [line = '', ...more] = lineOfText({ event: 'a b', route: 'x\ny=1', method: 'a"b', version: '' })
    expect(more).toEqual([])
    expect(line).toBe('1970-01-01T00:00:00.000Z event="a b" route="x\\ny=1" method="a\\"b" version=""')
  })

  test('is written if configured', async () => {
    await using sotto = await startInstance({ 'log-format': 'text' })
    await sotto.fetch(`/secret/${'a'.repeat(31)}`)
    expect(sotto.lines.at(-1)).toMatch(
      /^2026-11-21T12:00:00\.000Z event=request request_id=[0-9a-f]{16} method=GET route=\/secret\/:key status=404 code=secret_gone took_ms=[\d.]+ browser=other region=local theme=system address=127\.0\.0\.0$/,
    )
  })
})
