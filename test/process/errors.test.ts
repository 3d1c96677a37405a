import { Database as Sqlite } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { errors, kinds } from '../../src/errors.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { type ServerProcess, startProcess } from '../fixtures/process.ts'
import { tamper } from '../fixtures/stored.ts'

// A word that none of our texts contains. Every part of every request below contains it.
const canary = 'kanarie'
const key = canary.padEnd(31, '7')
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const canaryHeaders = {
  accept: `${canary}/*, application/json`,
  'accept-language': `${canary}, en;q=0.5`,
  cookie: `sotto_theme=${canary}; ${canary}=${canary}`,
  referer: `https://${canary}.example/${canary}`,
  'user-agent': `${canary}/1.0`,
  'x-forwarded-for': `${canary}, 203.0.113.7`,
  'x-forwarded-host': `${canary}.example`,
  'x-request-id': canary,
  [`x-${canary}`]: canary,
}

/** An invalid request with the expected status and error code. */
interface InvalidRequest {
  readonly status: number
  readonly code: keyof typeof errors
  readonly path: string
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

const api = '/api/v3/secrets'
const reused = { ...json, 'idempotency-key': `${canary}-${canary}-${canary}` }
const invalidApiRequests: readonly InvalidRequest[] = [
  { status: 404, code: 'not_found', path: `/api/v3/${canary}?${canary}=${canary}` },
  { status: 404, code: 'secret_gone', path: `${api}/${key}` },
  { status: 404, code: 'secret_gone', path: `${api}/${key}/reveal`, body: `{"passphrase":"${canary}"}`, headers: json },
  { status: 404, code: 'secret_gone', path: `${api}/%22%3E${canary}?${canary}` },
  { status: 404, code: 'receipt_gone', path: `/api/v3/receipts/${key}` },
  { status: 404, code: 'receipt_gone', path: `/api/v3/receipts/${canary}/burn`, body: '{}', headers: json },
  { status: 401, code: 'token_invalid', path: `${api}/${key}`, headers: { authorization: `Bearer ${canary}` } },
  { status: 405, code: 'method_not_allowed', path: `${api}/${key}?${canary}`, method: 'DELETE' },
  { status: 405, code: 'method_not_allowed', path: `${api}/${key}/reveal`, method: 'PUT', body: canary },
  { status: 421, code: 'host_unknown', path: `${api}/${key}`, headers: { host: `${canary}.example` } },
  { status: 403, code: 'cross_origin', path: api, body: canary, headers: { origin: `https://${canary}.example` } },
  { status: 403, code: 'cross_origin', path: api, body: canary, headers: { 'sec-fetch-site': canary } },
  {
    status: 415,
    code: 'media_type_unsupported',
    path: api,
    body: canary,
    headers: { 'content-type': `text/${canary}` },
  },
  { status: 400, code: 'body_malformed', path: api, body: `{"content":${canary}}`, headers: json },
  { status: 400, code: 'body_malformed', path: api, body: canary, headers: json },
  { status: 400, code: 'field_invalid', path: api, body: `"${canary}"`, headers: json },
  { status: 400, code: 'field_invalid', path: api, body: `{"content":["${canary}"]}`, headers: json },
  { status: 400, code: 'field_invalid', path: api, body: `{"content":{"${canary}":"${canary}"}}`, headers: json },
  { status: 400, code: 'field_unknown', path: api, body: `{"content":1,"${canary}":"${canary}"}`, headers: json },
  { status: 400, code: 'field_invalid', path: api, body: `{"content":"${canary}","ttl":"${canary}"}`, headers: json },
  { status: 400, code: 'field_invalid', path: api, body: `{"content":"${canary}","proof":"${canary}"}`, headers: json },
  { status: 400, code: 'field_invalid', path: api, body: `{"sealed":"${canary}!","proof":"${canary}"}`, headers: json },
  {
    status: 400,
    code: 'field_invalid',
    path: `${api}?ttl=${canary}`,
    body: canary,
    headers: { 'content-type': 'text/plain' },
  },
  {
    status: 400,
    code: 'field_unknown',
    path: `${api}?${canary}=1`,
    body: canary,
    headers: { 'content-type': 'text/plain' },
  },
  { status: 400, code: 'field_unknown', path: api, body: `{"content":"x","${canary}":"${canary}"}`, headers: json },
  { status: 400, code: 'field_unknown', path: `${api}/generate`, body: `{"${canary}":1}`, headers: json },
  { status: 400, code: 'field_invalid', path: `${api}/generate`, body: `{"classes":["${canary}"]}`, headers: json },
  { status: 400, code: 'field_unknown', path: `${api}/${key}/reveal`, body: `{"${canary}":1}`, headers: json },
  { status: 400, code: 'field_invalid', path: `${api}/${key}/reveal`, body: `{"proof":"${canary}"}`, headers: json },
  { status: 400, code: 'ttl_out_of_range', path: api, body: `{"content":"${canary}","ttl":1}`, headers: json },
  { status: 400, code: 'content_missing', path: api, body: `{"passphrase":"${canary}"}`, headers: json },
  { status: 400, code: 'body_not_utf8', path: api, body: `{"content":"${canary}\\ud800"}`, headers: json },
  {
    status: 400,
    code: 'idempotency_key_invalid',
    path: api,
    body: `{"content":"${canary}"}`,
    headers: { ...json, 'idempotency-key': canary },
  },
  { status: 422, code: 'idempotency_key_reused', path: api, body: `{"content":"${canary}"}`, headers: reused },
  {
    status: 400,
    code: 'idempotency_unsupported',
    path: `${api}/generate`,
    body: `{"passphrase":"${canary}"}`,
    headers: reused,
  },
  { status: 413, code: 'content_too_large', path: api, body: `{"content":"${canary.repeat(150)}"}`, headers: json },
  { status: 413, code: 'body_too_large', path: api, body: `{"content":"${canary.repeat(3500)}"}`, headers: json },
]

const invalidPageRequests: readonly InvalidRequest[] = [
  { status: 404, code: 'not_found', path: `/${canary}?${canary}=${canary}` },
  { status: 404, code: 'not_found', path: `/assets/${canary}.css` },
  { status: 404, code: 'secret_gone', path: `/secret/${key}` },
  { status: 404, code: 'secret_gone', path: `/secret/${key}`, body: `passphrase=${canary}`, headers: form },
  { status: 404, code: 'receipt_gone', path: `/receipt/${key}` },
  { status: 404, code: 'receipt_gone', path: `/receipt/${canary}/burn`, method: 'POST' },
  { status: 405, code: 'method_not_allowed', path: `/secret/${key}`, method: 'PUT', body: canary },
  { status: 421, code: 'host_unknown', path: `/${canary}`, headers: { host: `${canary}.example` } },
  {
    status: 403,
    code: 'cross_origin',
    path: '/secret',
    body: `content=${canary}`,
    headers: { ...form, origin: `https://${canary}.example` },
  },
  { status: 415, code: 'media_type_unsupported', path: '/secret', body: `{"content":"${canary}"}`, headers: json },
  { status: 400, code: 'field_unknown', path: '/secret', body: `content=${canary}&${canary}=1`, headers: form },
  { status: 400, code: 'field_invalid', path: '/secret', body: `content=${canary}&ttl=${canary}`, headers: form },
  { status: 400, code: 'ttl_out_of_range', path: '/secret', body: `content=${canary}&ttl=1`, headers: form },
  { status: 400, code: 'content_missing', path: '/secret', body: `passphrase=${canary}`, headers: form },
  { status: 400, code: 'body_not_utf8', path: '/secret', body: `content=${canary}%ff`, headers: form },
  { status: 400, code: 'field_invalid', path: '/generate', body: `kind=${canary}`, headers: form },
  { status: 400, code: 'field_invalid', path: '/generate', body: `kind=words&words=${canary}`, headers: form },
  { status: 400, code: 'field_invalid', path: '/preferences/theme', body: `theme=${canary}`, headers: form },
  {
    status: 400,
    code: 'field_invalid',
    path: '/preferences/theme',
    body: `theme=dark&back=//${canary}`,
    headers: form,
  },
  { status: 413, code: 'content_too_large', path: '/secret', body: `content=${canary.repeat(150)}`, headers: form },
  { status: 413, code: 'body_too_large', path: '/secret', body: `content=${canary.repeat(3500)}`, headers: form },
]

/** A running server with access to its log and its database. */
interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly log: () => string
  readonly breakStore: () => void
}

async function startInProcess(): Promise<TestServer> {
  const sotto = await startInstance({ 'secret-size': '1KB' })
  return {
    url: sotto.url,
    log: () => sotto.lines.join('\n'),
    breakStore: () => tamper(sotto.app, 'DROP TABLE secret'),
    [Symbol.asyncDispose]: () => sotto[Symbol.asyncDispose](),
  }
}

// The HTTP framework behaves differently in production, so both are tested.
async function startDeployed(): Promise<TestServer> {
  const folder = temporaryFolder()
  const env = { NODE_ENV: 'production', SOTTO_SECRET_SIZE: '1KB' }
  const server: ServerProcess = await startProcess(folder.path, { env })
  return {
    url: server.url,
    log: server.output,
    breakStore: () => {
      using store = new Sqlite(join(folder.path, 'sotto.db'))
      store.run('DROP TABLE secret')
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

function send({ url }: TestServer, { path, method, body, headers }: InvalidRequest, more: Record<string, string> = {}) {
  return fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: { ...canaryHeaders, ...headers, ...more },
    ...(body !== undefined && { body }),
  })
}

describe.each([
  ['in a test', startInProcess],
  ['as it is deployed', startDeployed],
] as const)('a server %s', (_, start) => {
  let server: TestServer
  const responses: string[] = []
  beforeAll(async () => {
    server = await start()
    await fetch(server.url + api, { method: 'POST', body: '{"content":"first"}', headers: reused })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each(invalidApiRequests)('returns $status $code as problem JSON for $path', async (invalid) => {
    const response = await send(server, invalid)
    const body = await response.text()
    responses.push(body, JSON.stringify([...response.headers]))
    expect(response.status).toBe(invalid.status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const { type, title, status, code, detail, facts, ...rest } = JSON.parse(body)
    expect({ type, status, code, rest }).toEqual({
      type: 'about:blank',
      status: invalid.status,
      code: invalid.code,
      rest: {},
    })
    expect<number>(kinds[errors[invalid.code]].status).toBe(invalid.status)
    expect(title).toMatch(/^[A-Z][A-Za-z ]+$/)
    expect(detail).toMatch(/^[A-Z][^{}]*\.$/)
    expect(['object', 'undefined']).toContain(typeof facts)
    const line = await send(server, invalid, { accept: 'text/plain' })
    expect(line.status).toBe(invalid.status)
    expect(line.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await line.text()).toBe(`${detail}\n`)
  })

  test.each(invalidPageRequests)('returns $status $code as a page for $path', async (invalid) => {
    const response = await send(server, invalid)
    const body = await response.text()
    responses.push(body, JSON.stringify([...response.headers]))
    expect(response.status).toBe(invalid.status)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(body.startsWith('<!doctype html>')).toBe(true)
    expect(body).toMatch(/<h1.*<p/)
    expect(body).not.toMatch(/undefined|\[object/)
    const inText = await send(server, invalid, { accept: 'text/plain' })
    expect(await inText.text()).toBe(body)
  })

  test('logs the code of each error', async () => {
    const loggedCodes = () => [...server.log().matchAll(/"event":"request".*"code":"(\w+)"/g)].map(([, code]) => code)
    const requests = invalidApiRequests.length * 2 + invalidPageRequests.length * 2
    // A log line is written after its response.
    for (let waits = 0; waits < 100 && loggedCodes().length < requests; waits++) await Bun.sleep(20)
    for (const { code } of [...invalidApiRequests, ...invalidPageRequests]) expect(loggedCodes()).toContain(code)
    expect(loggedCodes().length).toBe(requests)
  })

  test('quotes no part of a request in a body, a header or a log line', () => {
    expect(responses.length).toBe(2 * (invalidApiRequests.length + invalidPageRequests.length))
    for (const text of [...responses, server.log()]) expect(text.toLowerCase()).not.toContain(canary)
    expect(responses.join()).not.toContain('203.0.113')
  })

  test('reveals no internal details of a failure in a body or a log line', async () => {
    const created = await fetch(server.url + api, { method: 'POST', body: '{"content":"x"}', headers: json })
    const { receipt } = (await created.json()) as { receipt: { key: string } }
    server.breakStore()
    const failing: Pick<InvalidRequest, 'path' | 'body' | 'headers' | 'method'>[] = [
      { path: `${api}/${key}` },
      { path: `${api}/${key}/reveal`, body: '{}', headers: json },
      { path: api, body: `{"content":"${canary}"}`, headers: json },
      { path: `${api}/generate`, method: 'POST' },
      { path: `/api/v3/receipts/${receipt.key}` },
      { path: `/secret/${key}` },
      { path: '/secret', body: `content=${canary}`, headers: form },
      { path: `/secret/${key}`, body: `passphrase=${canary}`, headers: form },
      { path: `/receipt/${receipt.key}/burn`, method: 'POST' },
    ]
    const before = server.log().length
    for (const invalid of failing) {
      const response = await send(server, { ...invalid, status: 500, code: 'failed' })
      const body = await response.text()
      expect({ path: invalid.path, status: response.status }).toEqual({ path: invalid.path, status: 500 })
      if (invalid.path.startsWith('/api/')) {
        expect(JSON.parse(body)).toMatchObject({ title: 'Internal Server Error', status: 500, code: 'failed' })
        const line = await send(server, { ...invalid, status: 500, code: 'failed' }, { accept: 'text/plain' })
        expect(await line.text()).toMatch(/^Something went wrong on the server\..*\n$/)
      } else expect(body).toContain('Something went wrong on the server.')
      expect(body).not.toMatch(/table|sqlite|\.ts\b|\bat \w+ \(/i)
      expect(body.toLowerCase()).not.toContain(canary)
    }
    const logged = server.log().slice(before)
    expect(logged.match(/"status":500,"code":"failed"/g)?.length).toBe(failing.length + 5)
    expect(logged).not.toMatch(/table|sqlite|\.ts\b|error/i)
    expect(logged).not.toContain(canary)
    expect((await fetch(server.url)).status).toBe(200)
  })
})

test('a value that cannot be converted to text is rejected like any other', async () => {
  await using server = await startDeployed()
  for (const value of ['{"toString":"x"}', '{"toString":null,"valueOf":1}', '{"toJSON":1}']) {
    const invalid = {
      status: 400,
      code: 'field_invalid',
      path: api,
      body: `{"content":${value}}`,
      headers: json,
    } as const
    const response = await send(server, invalid)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'field_invalid', facts: { field: 'content' } })
  }
})

describe('an error that the visitor can correct', () => {
  let sotto: Instance
  beforeAll(async () => {
    sotto = await startInstance()
  })
  afterAll(() => sotto[Symbol.asyncDispose]())

  test('is shown with the form, without the input', async () => {
    const body = `content=${canary}&passphrase=${canary}&ttl=1`
    const page = await (await sotto.fetch('/secret', { method: 'POST', body, headers: form })).text()
    expect(page).toContain('Choose an expiry time from 1m to 30d.')
    expect(page).toContain('name="content"')
    expect(page).not.toContain(canary)
  })

  test('such as a wrong passphrase has the same message on page and API, and keeps the secret', async () => {
    const { key } = await sotto.posted('/secrets', { content: 'x', passphrase: 'right' })
    const body = `passphrase=${canary}`
    const page = await sotto.fetch(`/secret/${key}`, { method: 'POST', body, headers: form })
    expect(page.status).toBe(403)
    const html = await page.text()
    expect(html).toContain('Wrong passphrase. The secret has not been opened.')
    expect(html).not.toContain(canary)
    const invalid = await sotto.post(`/secrets/${key}/reveal`, { passphrase: canary })
    expect(await invalid.json()).toMatchObject({
      status: 403,
      code: 'passphrase_wrong',
      detail: 'Wrong passphrase. The secret has not been opened.',
    })
    expect((await sotto.post(`/secrets/${key}/reveal`)).status).toBe(403)
    expect(await sotto.posted(`/secrets/${key}/reveal`, { passphrase: 'right' })).toMatchObject({ content: 'x' })
    expect(sotto.lines.join()).not.toContain(canary)
    expect(
      sotto.lines.filter((line) => line.includes('"event":"request"') && line.includes('"code":"passphrase_wrong"'))
        .length,
    ).toBe(2)
  })

  test('contains the time to wait, in the body and in Retry-After', async () => {
    const { key } = await sotto.posted('/secrets', { content: 'x', passphrase: 'right' })
    const guess = () => sotto.post(`/secrets/${key}/reveal`, { passphrase: canary })
    for (let tries = 0; tries < 5; tries++) expect((await guess()).status).toBe(403)
    const slow = await guess()
    expect(slow.status).toBe(429)
    expect(slow.headers.get('retry-after')).toBe('60')
    expect(await slow.json()).toMatchObject({ code: 'passphrase_wait', facts: { seconds: 60 } })
    const page = await sotto.fetch(`/secret/${key}`, { method: 'POST', body: 'passphrase=a', headers: form })
    expect(page.status).toBe(429)
    expect(page.headers.get('retry-after')).toBe('60')
  })
})
