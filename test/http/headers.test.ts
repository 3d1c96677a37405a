import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cookies } from '../../src/privacy/inventory/cookies.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { tamper } from '../fixtures/stored.ts'

const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'origin-agent-cluster': '?1',
  'x-permitted-cross-domain-policies': 'none',
  vary: 'Sec-Fetch-Site, Origin, Cookie, Accept-Encoding',
}
// Headers that would name the software, allow another origin, or let a cache distinguish responses.
const forbidden = [
  'server',
  'x-powered-by',
  'access-control-allow-origin',
  'etag',
  'last-modified',
  'expires',
  'refresh',
]

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const idempotencyKey = 'a-key-of-the-client'

type Send = (sotto: Instance) => Promise<Response>
const page = (path: string, body: string, headers = {}): Send => {
  return (sotto) => sotto.fetch(path, { method: 'POST', body, headers: { ...form, ...headers } })
}

const responses: readonly [name: string, status: number, send: Send][] = [
  ['the home page', 200, (sotto) => sotto.fetch('/')],
  ['the home page without its body', 200, (sotto) => sotto.fetch('/', { method: 'HEAD' })],
  ['the page of a secret', 200, async (sotto) => sotto.fetch(`/secret/${await newKey(sotto)}`)],
  ['a secret on a page', 200, async (sotto) => page(`/secret/${await newKey(sotto)}`, '')(sotto)],
  ['a generated secret on a page', 200, page('/generate', 'kind=words&words=6')],
  ['a secret as JSON', 200, async (sotto) => sotto.post(`/secrets/${await newKey(sotto)}/reveal`)],
  [
    'a secret as text',
    200,
    async (sotto) => sotto.post(`/secrets/${await newKey(sotto)}/reveal`, {}, { accept: 'text/plain' }),
  ],
  ['a new secret', 201, (sotto) => sotto.post('/secrets', { content: 'x' })],
  ['a new link as text', 201, (sotto) => sotto.post('/secrets', { content: 'x' }, { accept: 'text/plain' })],
  ['an acknowledgement', 204, acknowledge],
  ['an accepted form', 303, page('/secret', 'content=x')],
  ['a refused form', 400, page('/secret', 'content=')],
  ['an invalid field', 400, (sotto) => sotto.post('/secrets', { content: 3 })],
  [
    'a body that is not JSON',
    400,
    (sotto) => sotto.fetch('/api/v3/secrets', { method: 'POST', body: '{', headers: json }),
  ],
  ['a cross-site request', 403, page('/secret', 'content=x', { origin: 'https://evil.example' })],
  ['a page that does not exist', 404, (sotto) => sotto.fetch('/nothing/here')],
  ['an asset that does not exist', 404, (sotto) => sotto.fetch('/assets/nothing.js')],
  ['a secret that does not exist', 404, (sotto) => sotto.fetch(`/secret/${'a'.repeat(31)}`)],
  ['a key that does not exist', 404, (sotto) => sotto.fetch(`/api/v3/secrets/${'a'.repeat(31)}`)],
  ['an unsupported method', 405, (sotto) => sotto.fetch('/secret', { method: 'PUT' })],
  ['a body that is too large', 413, page('/secret', `content=${'x'.repeat(40_000)}`)],
  ['an unsupported media type', 415, page('/api/v3/secrets', 'content=x')],
  ['an unknown host', 421, (sotto) => sotto.fetch('/', { headers: { host: 'evil.example' } })],
  ['an idempotency key with a different request', 422, reuseIdempotencyKey],
  ['the health check', 200, (sotto) => sotto.fetch('/healthz')],
]

async function newKey(sotto: Instance): Promise<string> {
  return (await sotto.posted('/secrets', { content: 'x' })).key
}

async function acknowledge(sotto: Instance): Promise<Response> {
  const key = await newKey(sotto)
  await sotto.posted(`/secrets/${key}/reveal`, {}, { 'idempotency-key': idempotencyKey })
  return sotto.post(`/secrets/${key}/acknowledge`, {}, { 'idempotency-key': idempotencyKey })
}

async function reuseIdempotencyKey(sotto: Instance): Promise<Response> {
  await sotto.posted('/secrets', { content: 'x' }, { 'idempotency-key': `${idempotencyKey}-2` })
  return sotto.post('/secrets', { content: 'y' }, { 'idempotency-key': `${idempotencyKey}-2` })
}

async function assetsOf(sotto: Instance): Promise<string[]> {
  const html = await (await sotto.fetch('/')).text()
  return [...html.matchAll(/(?:href|src)="([^"]*\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
}

let sotto: Instance
beforeAll(async () => {
  sotto = await startInstance({ 'secret-size': '1KB' })
  await purge(sotto.app, sotto.app.now())
})
afterAll(() => sotto[Symbol.asyncDispose]())

describe('every response has all security headers, is not cached and sets no cookie:', () => {
  test.each(responses)('%s (%i)', async (_, status, send) => {
    const response = await send(sotto)
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject(securityHeaders)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.getSetCookie()).toEqual([])
    for (const name of [...forbidden, 'strict-transport-security']) expect(response.headers.has(name)).toBe(false)
  })

  test('an internal error (500)', async () => {
    await using broken = await startInstance()
    await tamper(broken.app, 'DROP TABLE secret')
    for (const path of [`/secret/${'a'.repeat(31)}`, `/api/v3/secrets/${'a'.repeat(31)}`]) {
      const response = await broken.fetch(path)
      expect(response.status).toBe(500)
      expect(Object.fromEntries(response.headers)).toMatchObject({ ...securityHeaders, 'cache-control': 'no-store' })
    }
  })

  test('a failing health check (503)', async () => {
    await using late = await startInstance()
    const response = await late.fetch('/healthz')
    expect(response.status).toBe(503)
    expect(Object.fromEntries(response.headers)).toMatchObject({ ...securityHeaders, 'cache-control': 'no-store' })
  })
})

test('only choosing a theme sets a cookie, the one in the inventory', async () => {
  const response = await page('/preferences/theme', 'theme=dark')(sotto)
  expect(response.status).toBe(303)
  expect(Object.fromEntries(response.headers)).toMatchObject({ ...securityHeaders, 'cache-control': 'no-store' })
  const names = response.headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0] ?? '')
  expect(names).toEqual(['sotto_theme'])
  expect(Object.keys(cookies)).toContain('sotto_theme')
})

describe('an asset', () => {
  test('is cached for good, because its name changes with its content', async () => {
    const assets = await assetsOf(sotto)
    expect(assets.length).toBeGreaterThanOrEqual(3)
    for (const path of assets) {
      expect(path).toMatch(/^\/assets\/\w+\.[0-9a-f]{10}\.(?:css|js|svg)$/)
      const response = await sotto.fetch(path)
      expect(response.status).toBe(200)
      expect(Object.fromEntries(response.headers)).toMatchObject(securityHeaders)
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(response.headers.getSetCookie()).toEqual([])
      for (const name of forbidden) expect(response.headers.has(name)).toBe(false)
    }
  })

  test('is the same file with the same headers in every encoding', async () => {
    const [css = ''] = (await assetsOf(sotto)).filter((path) => path.endsWith('.css'))
    const [icon = ''] = (await assetsOf(sotto)).filter((path) => path.endsWith('.svg'))
    for (const path of [css, icon]) {
      const plain = await sotto.fetch(path, { headers: { 'accept-encoding': 'identity' } })
      const text = await plain.text()
      for (const encoding of ['br', 'gzip', 'gzip, br;q=0.5', 'br;q=1.0']) {
        const response = await sotto.fetch(path, { headers: { 'accept-encoding': encoding } })
        expect(Object.fromEntries(response.headers)).toMatchObject(securityHeaders)
        expect(response.headers.get('content-type')).toBe(plain.headers.get('content-type'))
        expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
        expect(await response.text()).toBe(text)
      }
    }
  })

  test('is not sent in an encoding that the client refuses', async () => {
    const [icon = ''] = (await assetsOf(sotto)).filter((path) => path.endsWith('.svg'))
    const encodingFor = async (accepted: string) =>
      (await sotto.fetch(icon, { headers: { 'accept-encoding': accepted } })).headers.get('content-encoding')
    expect(await encodingFor('br')).toBe('br')
    expect(await encodingFor('br;q=0, gzip')).toBe('gzip')
    expect(await encodingFor('br; q=0.0, gzip;q=0')).toBe(null)
    expect(await encodingFor('identity')).toBe(null)
  })
})

describe('over TLS', () => {
  const host = { host: 'secrets.example.org' }

  test('responses require TLS for later visits and for everything that pages load', async () => {
    await using overTls = await startInstance({ 'base-url': 'https://secrets.example.org' })
    const responses = [
      await overTls.fetch('/', { headers: host }),
      await overTls.fetch('/nothing', { headers: host }),
      await overTls.fetch('/api/v3/nothing', { headers: host }),
      await overTls.fetch('/', { headers: { host: 'evil.example' } }),
      await overTls.fetch('/preferences/theme', { method: 'POST', body: 'theme=dark', headers: { ...form, ...host } }),
    ]
    expect(responses.map(({ status }) => status)).toEqual([200, 404, 404, 421, 303])
    for (const { headers } of responses) {
      expect(headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains')
      expect(headers.get('content-security-policy')).toBe(
        `${securityHeaders['content-security-policy']}; upgrade-insecure-requests`,
      )
    }
  })
})

describe('a request id', () => {
  test('is different for every request, also for concurrent ones', async () => {
    const [asset = ''] = await assetsOf(sotto)
    const paths = ['/', asset, '/nothing', '/api/v3/nothing', '/healthz']
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, n) => sotto.fetch(paths[n % paths.length] ?? '/')),
    )
    const ids = responses.map(({ headers }) => headers.get('x-request-id') ?? '')
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(new Set(ids).size).toBe(50)
  })

  test('is in no body, so that two responses to the same request are identical', async () => {
    for (const [, , send] of responses) {
      const response = await send(sotto)
      const id = response.headers.get('x-request-id') ?? 'none'
      expect(await response.text()).not.toContain(id)
    }
  })

  test('is in the log line of the request', async () => {
    const id = (await sotto.fetch('/nothing')).headers.get('x-request-id')
    expect(JSON.parse(sotto.lines.at(-1) ?? '')).toMatchObject({ request_id: id, status: 404 })
  })

  test('is not taken from the client', async () => {
    const response = await sotto.fetch('/', { headers: { 'x-request-id': 'chosen-by-the-client' } })
    expect(response.headers.get('x-request-id')).not.toBe('chosen-by-the-client')
    expect(sotto.lines.join()).not.toContain('chosen-by-the-client')
  })
})

test('a secret that is gone and one that never existed get identical responses', async () => {
  const key = await newKey(sotto)
  await sotto.posted(`/secrets/${key}/reveal`)
  const unknownKey = 'b'.repeat(31)
  for (const [path, method] of [
    ['/secret/KEY', 'GET'],
    ['/secret/KEY', 'POST'],
    ['/api/v3/secrets/KEY', 'GET'],
    ['/api/v3/secrets/KEY/reveal', 'POST'],
  ] as const) {
    const [gone, unknown] = await Promise.all(
      [key, unknownKey].map((each) => sotto.fetch(path.replace('KEY', each), { method })),
    )
    expect(gone?.status).toBe(404)
    expect(await gone?.text()).toBe((await unknown?.text()) ?? '')
    const headersOf = (response: Response | undefined) =>
      [...(response?.headers ?? [])].filter(([name]) => name !== 'x-request-id' && name !== 'date')
    expect(headersOf(gone)).toEqual(headersOf(unknown))
  }
})
