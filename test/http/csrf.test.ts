import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { query } from '../../src/database/query.ts'
import { all } from '../../src/database/unit.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'

const idempotencyKey = 'a-key-of-the-client'
const sites = ['cross-site', 'same-site', 'none', 'same-origin', undefined] as const
const origins = ['evil', 'null', 'ours', 'ours by another scheme', undefined] as const

/** A route that changes something. `to` returns its path for a secret and its receipt. */
interface Unsafe {
  readonly name: string
  readonly to: (secret: Secret) => string
  readonly body?: string
  readonly headers?: Record<string, string>
}
interface Secret {
  readonly key: string
  readonly receipt: { readonly key: string }
}

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const text = { 'content-type': 'text/plain' }
const unsafe: readonly Unsafe[] = [
  { name: 'create', to: () => '/api/v3/secrets', body: '{"content":"planted"}', headers: json },
  { name: 'create from text', to: () => '/api/v3/secrets', body: 'planted', headers: text },
  { name: 'generate', to: () => '/api/v3/secrets/generate', body: '{}', headers: json },
  { name: 'generate without a body', to: () => '/api/v3/secrets/generate' },
  { name: 'reveal', to: ({ key }) => `/api/v3/secrets/${key}/reveal`, body: '{}', headers: json },
  { name: 'reveal without a body', to: ({ key }) => `/api/v3/secrets/${key}/reveal` },
  {
    name: 'reveal with an idempotency key',
    to: ({ key }) => `/api/v3/secrets/${key}/reveal`,
    headers: { 'idempotency-key': idempotencyKey },
  },
  {
    name: 'acknowledge',
    to: ({ key }) => `/api/v3/secrets/${key}/acknowledge`,
    headers: { 'idempotency-key': idempotencyKey },
  },
  { name: 'burn', to: ({ receipt }) => `/api/v3/receipts/${receipt.key}/burn` },
  { name: 'create on the page', to: () => '/secret', body: 'content=planted', headers: form },
  { name: 'generate on the page', to: () => '/generate', body: 'kind=words&words=6', headers: form },
  { name: 'reveal on the page', to: ({ key }) => `/secret/${key}`, body: '', headers: form },
  { name: 'burn on the page', to: ({ receipt }) => `/receipt/${receipt.key}/burn`, body: '', headers: form },
  { name: 'choose a theme', to: () => '/preferences/theme', body: 'theme=dark', headers: form },
]

function originsOf({ url }: Instance): Record<string, string | undefined> {
  return {
    evil: 'https://evil.example',
    null: 'null',
    ours: url,
    'ours by another scheme': url.replace('http', 'https'),
  }
}

function initOf({ body, headers }: Unsafe, site: string | undefined, origin: string | undefined): RequestInit {
  const from = { ...(site !== undefined && { 'sec-fetch-site': site }), ...(origin !== undefined && { origin }) }
  return { method: 'POST', ...(body !== undefined && { body }), headers: { ...headers, ...from } }
}

/** Returns all stored secrets, receipts and responses. */
async function dumpSecrets({ app }: Instance): Promise<string> {
  const rows = [
    await app.db.read(() => all(query.selectFrom('secret').selectAll())),
    await app.db.read(() => all(query.selectFrom('receipt').selectAll())),
    await app.db.read(() => all(query.selectFrom('idempotent_response').selectAll())),
  ]
  return JSON.stringify(rows, (_, value) => (value instanceof Uint8Array ? value.toHex() : value))
}

let sotto: Instance
let secret: Secret
beforeAll(async () => {
  sotto = await startInstance()
  secret = await sotto.posted('/secrets', { content: 'sésame' })
})
afterAll(() => sotto[Symbol.asyncDispose]())

// Browsers send `same-origin` only from our own pages; older ones send our Origin; API clients send neither.
const isAllowed = (site: string | undefined, origin: string | undefined) =>
  site === 'same-origin' || (site === undefined && (origin === 'ours' || origin === undefined))

const combinations = sites.flatMap((site) => origins.map((origin) => ({ site, origin })))
const refused = combinations.filter(({ site, origin }) => !isAllowed(site, origin))
const allowed = combinations.filter(({ site, origin }) => isAllowed(site, origin))

describe('a page of another site cannot', () => {
  test.each(unsafe)('$name', async (route) => {
    expect(refused.length).toBe(18)
    for (const { site, origin } of refused) {
      const before = await dumpSecrets(sotto)
      const response = await sotto.fetch(route.to(secret), initOf(route, site, origin && originsOf(sotto)[origin]))
      expect({ site, origin, status: response.status }).toEqual({ site, origin, status: 403 })
      expect(response.headers.getSetCookie()).toEqual([])
      expect(await dumpSecrets(sotto)).toBe(before)
    }
    expect(JSON.parse(sotto.lines.at(-1) ?? '')).toMatchObject({ status: 403, code: 'cross_origin' })
  })

  test('reveal a secret: its reader still can after all of these requests', async () => {
    expect(await sotto.posted(`/secrets/${secret.key}/reveal`)).toMatchObject({ content: 'sésame' })
  })

  test.each([
    'https://evil.example',
    'HOST.evil.example',
    'evil.example/HOST',
    'HOST@evil.example',
    'HOST/',
    'HOST1',
    'HOST, https://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'http:127.0.0.1',
    'file://',
    'null, HOST',
    '',
  ])('pass off the origin "%s" as ours', async (pattern) => {
    const { key } = await sotto.posted('/secrets', { content: 'x' })
    const origin = pattern.replace('HOST', sotto.url)
    const response = await sotto.fetch(`/secret/${key}`, { method: 'POST', headers: { ...form, origin } })
    expect(response.status).toBe(403)
    expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'x' })
  })

  test.each(['Same-Origin', 'same-origin, same-origin', 'same-origin, cross-site', ''])(
    'pass off "%s" as same-origin',
    async (site) => {
      const { key } = await sotto.posted('/secrets', { content: 'x' })
      const headers = { ...form, 'sec-fetch-site': site }
      expect((await sotto.fetch(`/secret/${key}`, { method: 'POST', headers })).status).toBe(403)
      expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'x' })
    },
  )

  test('send from http to an instance with an https base URL', async () => {
    await using overTls = await startInstance({ 'base-url': 'https://secrets.example.org' })
    const from = (origin: string) =>
      overTls.fetch('/secret', {
        method: 'POST',
        body: 'content=x',
        headers: { ...form, host: 'secrets.example.org', origin },
      })
    expect((await from('http://secrets.example.org')).status).toBe(403)
    expect((await from('https://secrets.example.org.evil.example')).status).toBe(403)
    expect((await from('https://secrets.example.org')).status).toBe(303)
  })
})

describe('our own pages and API clients can', () => {
  test.each(unsafe)('$name', async (route) => {
    expect(allowed.length).toBe(7)
    for (const { site, origin } of allowed) {
      const fresh = await sotto.posted<Secret>('/secrets', { content: 'x' })
      const before = await dumpSecrets(sotto)
      const response = await sotto.fetch(route.to(fresh), initOf(route, site, origin && originsOf(sotto)[origin]))
      expect({ site, origin, ok: response.status < 400 }).toEqual({ site, origin, ok: true })
      if (!['acknowledge', 'choose a theme'].includes(route.name)) expect(await dumpSecrets(sotto)).not.toBe(before)
    }
  })
})

describe('safe methods', () => {
  const safeRequests = [
    { method: 'GET' },
    { method: 'HEAD' },
    { method: 'OPTIONS' },
    { method: 'GET', headers: { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-site': 'none' } },
    { method: 'GET', headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } },
    { method: 'GET', headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0', 'idempotency-key': idempotencyKey } },
    { method: 'GET', headers: { 'x-http-method-override': 'POST', 'x-method-override': 'POST' } },
    { method: 'PUT' },
    { method: 'DELETE' },
    { method: 'PATCH' },
  ]

  test('change nothing on any path of a secret', async () => {
    const fresh = await sotto.posted<Secret>('/secrets', { content: 'unseen' })
    const before = await dumpSecrets(sotto)
    const paths = new Set([
      ...unsafe.map(({ to }) => to(fresh)),
      `/receipt/${fresh.receipt.key}`,
      `/api/v3/secrets/${fresh.key}`,
      `/api/v3/receipts/${fresh.receipt.key}`,
      `/secret/${fresh.key}?_method=POST`,
    ])
    for (const path of paths) {
      for (const init of safeRequests) {
        const body = await (await sotto.fetch(path, init)).text()
        expect(body).not.toContain('unseen')
      }
    }
    expect(await dumpSecrets(sotto)).toBe(before)
    expect(await sotto.posted(`/secrets/${fresh.key}/reveal`)).toMatchObject({ content: 'unseen' })
  })

  test('open the page of a link from another site', async () => {
    const { key } = await sotto.posted('/secrets', { content: 'x' })
    for (const site of ['cross-site', 'same-site', 'none', 'same-origin']) {
      const response = await sotto.fetch(`/secret/${key}`, { headers: { 'sec-fetch-site': site } })
      expect(response.status).toBe(200)
      expect(await response.text()).toContain(`action="/secret/${key}"`)
    }
  })
})
