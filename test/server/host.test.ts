import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { purge } from '../../src/privacy/purge/purge.ts'
import { freePort, type Instance, startInstance } from '../fixtures/instance.ts'

interface RawResponse {
  readonly status: number
  readonly headers: string
  readonly body: string
}

/** Sends a request byte for byte, because fetch normalises or refuses invalid ones. */
function sendRaw({ url }: Instance, request: string): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request, 'latin1'))
    socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    socket.on('error', reject)
    socket.on('close', () => {
      const [headers = '', ...body] = Buffer.concat(chunks).toString().split('\r\n\r\n')
      resolve({ status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body: body.join('\r\n\r\n') })
    })
  })
}

function get(sotto: Instance, path: string, host: string): Promise<RawResponse> {
  return sendRaw(sotto, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
}

function post(sotto: Instance, path: string, host: string, body: string, type = 'application/json') {
  const length = Buffer.byteLength(body)
  const headers = `Host: ${host}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\nConnection: close`
  return sendRaw(sotto, `POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n${body}`)
}

// OURS stands for the host and port of the instance.
const unknownHosts = [
  'evil.example',
  'evil.example:80',
  'OURS.evil.example',
  'evil.example#OURS',
  'OURS@evil.example',
  'evil.example@OURS',
  'OURS/',
  'OURS, evil.example',
  'OURS.',
  'OURS0',
  '127.0.0.1',
  '127.0.0.1:0',
  '127.0.0.2:1',
  'a',
  'a/b?c=',
  'a, b',
  'a b',
  'a\tb',
  'a\\b',
  '',
  ':',
  '/',
  '//',
  '%00',
  'a%2fb',
  'a:99999',
  'a:b',
  '[',
  '[::1',
  '[::1%25lo]:80',
  '999.1.1.1',
  'xn--a',
  '\xe9',
]

let sotto: Instance
let ours: string
beforeAll(async () => {
  sotto = await startInstance()
  ours = new URL(sotto.url).host
  await purge(sotto.app, sotto.app.now())
})
afterAll(() => sotto[Symbol.asyncDispose]())

describe('a request for host', () => {
  test.each(unknownHosts)('"%s" is refused', async (pattern) => {
    const host = pattern.replace('OURS', ours)
    const { key } = await sotto.posted('/secrets', { content: 'x' })
    for (const path of ['/', `/secret/${key}`, '/a/long/path/that/is/not/here', '/assets/nothing.css']) {
      const page = await get(sotto, path, host)
      expect({ path, status: page.status }).toEqual({ path, status: 421 })
      expect(page.headers).toContain('content-type: text/html')
      expect(page.headers).toContain("content-security-policy: default-src 'none'")
    }
    for (const [path, response] of [
      [`/api/v3/secrets/${key}`, await get(sotto, `/api/v3/secrets/${key}`, host)],
      ['reveal', await post(sotto, `/api/v3/secrets/${key}/reveal`, host, '{}')],
    ] as const) {
      expect({ path, status: response.status }).toEqual({ path, status: 421 })
      expect(response.headers).toContain('content-type: application/problem+json')
      expect(JSON.parse(response.body)).toMatchObject({ code: 'host_unknown' })
    }
    expect(JSON.parse(sotto.lines.at(-1) ?? '')).toMatchObject({ status: 421, code: 'host_unknown' })
    expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'x' })
  })

  test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LocalHost:PORT', '[::1]:PORT'])(
    '"%s" is accepted on a loopback address',
    async (pattern) => {
      const host = pattern.replace('PORT', ours.split(':')[1] ?? '')
      expect((await get(sotto, '/', host)).status).toBe(200)
      expect((await get(sotto, '/api/v3/nothing', host)).status).toBe(404)
    },
  )

  test('is refused with two Host headers, or none', async () => {
    const twice = `GET / HTTP/1.1\r\nHost: ${ours}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`
    expect((await sendRaw(sotto, twice)).status).toBe(421)
    expect((await sendRaw(sotto, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421)
    expect((await sendRaw(sotto, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
  })

  test('is refused for every name but that of base-url', async () => {
    await using named = await startInstance({ 'base-url': 'https://Secrets.Example.ORG' })
    const statusFor = async (host: string) => (await get(named, '/', host)).status
    expect(await statusFor('secrets.example.org')).toBe(200)
    expect(await statusFor('SECRETS.example.org')).toBe(200)
    expect(await statusFor('secrets.example.org:8443')).toBe(421)
    expect(await statusFor('www.secrets.example.org')).toBe(421)
    expect(await statusFor('localhost')).toBe(421)
    expect(await statusFor(new URL(named.url).host)).toBe(421)
  })
})

test('the health check accepts any host', async () => {
  for (const pattern of [...unknownHosts, 'OURS', '10.1.2.3:8080', 'sotto.default.svc.cluster.local']) {
    const host = pattern.replace('OURS', ours)
    const { status, body } = await get(sotto, '/healthz', host)
    expect({ host, status }).toEqual({ host, status: 200 })
    expect(JSON.parse(body)).toEqual({
      status: 'ok',
      store: 'ok',
      purge: 'on time',
      run: 'continued',
      clock: 'agreed',
      mail: 'off',
    })
  }
  expect((await sendRaw(sotto, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200)
  expect((await get(sotto, '/healthz/', 'evil.example')).status).toBe(421)
})

describe('links', () => {
  const forgedHeaders = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '444',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example;proto=https',
    'x-original-host': 'evil.example',
    'x-original-url': '/evil',
    'x-rewrite-url': '/evil',
  }

  test('are built from base-url and not from the request', async () => {
    await using named = await startInstance({ 'base-url': 'https://secrets.example.org' })
    const headers = { host: 'secrets.example.org', ...forgedHeaders }
    const created = await named.posted('/secrets', { content: 'x' }, headers)
    expect(created.url).toBe(`https://secrets.example.org/secret/${created.key}`)
    expect(created.receipt.url).toBe(`https://secrets.example.org/receipt/${created.receipt.key}`)
    const read = await named.fetch(`/api/v3/receipts/${created.receipt.key}`, { headers })
    expect(await read.json()).toMatchObject({ secret: { url: created.url } })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const init = { method: 'POST', body: 'content=x', headers: { ...form, ...headers } }
    const location = (await named.fetch('/secret', init)).headers.get('location')
    expect(location).toStartWith('https://secrets.example.org/receipt/')
    const page = await (await named.fetch(new URL(location ?? '').pathname, { headers })).text()
    expect(page).toContain('https://secrets.example.org/secret/')
    expect(page).not.toContain('evil')
  })

  test('are built from base-url also for another loopback name and for an absolute request target', async () => {
    const byName = await post(sotto, '/api/v3/secrets', ours.replace('127.0.0.1', 'localhost'), '{"content":"x"}')
    expect(JSON.parse(byName.body).url).toStartWith(`${sotto.url}/secret/`)
    const absolute = await post(sotto, 'http://evil.example/api/v3/secrets', ours, '{"content":"x"}')
    expect(absolute.status).toBe(201)
    expect(absolute.body).not.toContain('evil')
    expect(JSON.parse(absolute.body).url).toStartWith(`${sotto.url}/secret/`)
    expect((await get(sotto, `http://${ours}/`, 'evil.example')).status).toBe(421)
  })
})

describe('under a base path', () => {
  let below: Instance
  let base: string
  beforeAll(async () => {
    const port = await freePort()
    base = `http://127.0.0.1:${port}/sotto`
    below = await startInstance({ listen: `127.0.0.1:${port}`, 'base-url': base })
    await purge(below.app, below.app.now())
  })
  afterAll(() => below[Symbol.asyncDispose]())
  const at = (path: string, init?: RequestInit) => fetch(new URL(path, base), { redirect: 'manual', ...init })
  const formTo = (path: string, body: string) =>
    at(path, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })

  test('a secret is shared on the pages and revealed once', async () => {
    const location = (await formTo('/sotto/secret', 'content=s%C3%A9same')).headers.get('location') ?? ''
    expect(location).toStartWith(`${base}/receipt/`)
    const receipt = await (await at(location)).text()
    const [link = '', key] = new RegExp(`${base}/secret/([a-z0-9]{31})`).exec(receipt) ?? []
    expect(await (await at(link)).text()).toContain(`action="/sotto/secret/${key}"`)
    expect(await (await formTo(`/sotto/secret/${key}`, '')).text()).toContain('sésame')
    expect((await formTo(`/sotto/secret/${key}`, '')).status).toBe(404)
  })

  test('a secret is shared over the API and revealed once', async () => {
    const headers = { 'content-type': 'application/json' }
    const created = await at('/sotto/api/v3/secrets', { method: 'POST', body: '{"content":"x"}', headers })
    const { key, url } = (await created.json()) as { key: string; url: string }
    expect(url).toBe(`${base}/secret/${key}`)
    expect(created.headers.get('location')).toStartWith(`${base}/receipt/`)
    const reveal = () => at(`/sotto/api/v3/secrets/${key}/reveal`, { method: 'POST', body: '{}', headers })
    expect(await (await reveal()).json()).toEqual({ content: 'x' })
    expect((await reveal()).headers.get('content-type')).toBe('application/problem+json')
  })

  test('every URL on a page starts with it, and every asset loads', async () => {
    for (const path of ['/sotto/', '/sotto', '/sotto/generate', '/sotto/nothing']) {
      const html = await (await at(path)).text()
      const addresses = [...html.matchAll(/ (?:href|src|action|data-create)="(\/[^"]*)"/g)].map(([, to = '']) => to)
      expect(addresses.length).toBeGreaterThan(5)
      for (const to of addresses) expect(to).toStartWith('/sotto/')
      for (const to of addresses.filter((to) => to.includes('/assets/'))) expect((await at(to)).status).toBe(200)
    }
  })

  test('paths outside of it do not exist', async () => {
    for (const path of ['/', '/generate', '/healthz', '/sottogenerate', '/api/v3/secrets', '/assets/nothing.css'])
      expect({ path, status: (await at(path)).status }).toEqual({ path, status: 404 })
    expect((await formTo('/secret', 'content=x')).status).toBe(404)
    expect((await at('/sotto/healthz')).status).toBe(200)
  })

  test('an unsupported method is refused with and without a trailing slash', async () => {
    for (const path of ['/sotto', '/sotto/']) {
      const response = await at(path, { method: 'PUT' })
      expect({ path, status: response.status }).toEqual({ path, status: 405 })
      expect(response.headers.get('allow')).toBe('GET, HEAD')
    }
  })
})

describe.each(['app', 'a'])('an instance with the base URL http://%s, without a port,', (name) => {
  test('shares a secret and reveals it once, on the pages and over the API', async () => {
    await using short = await startInstance({ 'base-url': `http://${name}` })
    expect((await get(short, '/', name)).status).toBe(200)
    const created = JSON.parse((await post(short, '/api/v3/secrets', name, '{"content":"x"}')).body)
    expect(created.url).toBe(`http://${name}/secret/${created.key}`)
    expect((await get(short, `/secret/${created.key}`, name)).body).toContain(`action="/secret/${created.key}"`)
    expect((await get(short, `/receipt/${created.receipt.key}`, name)).body).toContain(created.url)
    expect((await get(short, `/api/v3/secrets/${created.key}?a=/b`, name)).status).toBe(200)
    const form = 'application/x-www-form-urlencoded'
    const opened = await post(short, `/secret/${created.key}`, name, '', form)
    expect(opened.status).toBe(200)
    expect((await post(short, `/api/v3/secrets/${created.key}/reveal`, name, '{}')).status).toBe(404)
    expect((await post(short, '/secret', name, 'content=y', form)).headers).toContain(
      `location: http://${name}/receipt/`,
    )
    expect((await get(short, '/?x=/healthz', 'b')).status).toBe(421)
    expect((await get(short, '/x', name)).status).toBe(404)
  })
})
