import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { sealedLength } from '../../src/crypto/end-to-end.ts'
import { query } from '../../src/database/query.ts'
import { all } from '../../src/database/unit.ts'
import { bodyLimit } from '../../src/http/body.ts'
import { passwordLength, wordCount } from '../../src/secrets/generate.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'

const secretSize = 1000
const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const create = '/api/v3/secrets'

let sotto: Instance
beforeAll(async () => {
  sotto = await startInstance({ 'secret-size': `${secretSize}B` })
})
afterAll(() => sotto[Symbol.asyncDispose]())

function send(path: string, type: string | undefined, body: BodyInit, more: Record<string, string> = {}) {
  const headers = { ...(type !== undefined && { 'content-type': type }), ...more }
  return sotto.fetch(path, { method: 'POST', body, headers })
}

interface Problem {
  readonly code: string
  readonly detail: string
  readonly facts?: Record<string, string | number>
}

/** Expects a request to be refused with nothing stored; returns the problem details of an API response. */
async function expectRefused(status: number, response: Promise<Response>): Promise<Problem> {
  const before = await countSecrets()
  const {
    status: actual,
    headers,
    text,
  } = await response.then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }))
  expect(actual).toBe(status)
  expect(await countSecrets()).toBe(before)
  return headers.get('content-type') === 'application/problem+json' ? JSON.parse(text) : { code: text, detail: text }
}

async function countSecrets(): Promise<number> {
  return (await sotto.app.db.read(() => all(query.selectFrom('secret').select('id')))).length
}

/** Reveals the secret of a create response. */
async function contentOf(created: Response): Promise<string> {
  expect(created.status).toBe(201)
  const { key } = (await created.json()) as { key: string }
  return (await sotto.posted(`/secrets/${key}/reveal`)).content
}

/** Reveals the secret of the receipt to which a form redirected. */
async function contentOfReceipt(response: Response): Promise<string> {
  expect(response.status).toBe(303)
  const receiptKey = response.headers.get('location')?.split('/').at(-1)
  const receipt = (await (await sotto.fetch(`/api/v3/receipts/${receiptKey}`)).json()) as { secret: { key: string } }
  return (await sotto.posted(`/secrets/${receipt.secret.key}/reveal`)).content
}

const multipart = '--x\r\nContent-Disposition: form-data; name="content"\r\n\r\nplanted\r\n--x--\r\n'

describe('the API', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/json ;a=b'])(
    'accepts %s',
    async (type) => {
      expect(await contentOf(await send(create, type, '{"content":"x"}'))).toBe('x')
    },
  )

  test.each([
    [form, 'content=planted'],
    ['multipart/form-data; boundary=x', multipart],
    ['application/octet-stream', '{"content":"x"}'],
    ['application/jsonp', '{"content":"x"}'],
    ['application/problem+json', '{"content":"x"}'],
    ['application/json, text/plain', '{"content":"x"}'],
    ['text/html', 'planted'],
    ['text/plainer', 'planted'],
    ['', '{"content":"x"}'],
    ['x', '{"content":"x"}'],
  ])('refuses the media type %s', async (type, body) => {
    const { code, facts } = await expectRefused(415, send(create, type, new TextEncoder().encode(body)))
    expect({ code, facts }).toEqual({ code: 'media_type_unsupported', facts: { expected: 'application/json' } })
  })

  test('refuses a body without a media type', async () => {
    expect(await expectRefused(415, send(create, undefined, new Uint8Array([123, 125])))).toMatchObject({
      code: 'media_type_unsupported',
    })
  })

  test('does not decompress a body', async () => {
    const zipped = Bun.gzipSync(new TextEncoder().encode('{"content":"x"}'))
    await expectRefused(400, send(create, json, zipped, { 'content-encoding': 'gzip' }))
  })

  test('accepts text only where content is expected', async () => {
    expect(await contentOf(await send(create, 'text/plain', '{"content":"x"}'))).toBe('{"content":"x"}')
    const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
    for (const path of [`/secrets/${key}/reveal`, `/receipts/${receipt.key}/burn`, '/secrets/generate'])
      expect(await expectRefused(400, send(`/api/v3${path}`, 'text/plain', 'x'))).toMatchObject({
        code: 'field_unknown',
      })
    expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'x' })
  })
})

describe('a page', () => {
  test.each([
    [json, '{"content":"planted"}'],
    ['text/plain', 'content=planted'],
    ['text/plain; charset=utf-8', 'content=planted\r\n'],
    ['multipart/form-data; boundary=x', multipart],
    ['', 'content=planted'],
  ])('refuses %s, which a page of another site could send', async (type, body) => {
    await expectRefused(415, send('/secret', type, new TextEncoder().encode(body)))
  })
})

describe('content is stored unchanged', () => {
  const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })

  test('as JSON, text and form, with any characters', async () => {
    const sentences = fc.oneof(
      anything,
      fc.constantFrom('=', '&=', '+', '%', '\r', '\n\n', '\ufeffa', '\0', '__proto__'),
    )
    await fc.assert(
      fc.asyncProperty(sentences, async (content) => {
        expect(await contentOf(await send(create, json, JSON.stringify({ content })))).toBe(content)
        expect(await contentOf(await send(create, 'text/plain', new TextEncoder().encode(content)))).toBe(content)
        const asTyped = content.replaceAll('\r\n', '\n')
        expect(await contentOfReceipt(await send('/secret', form, `content=${encodeURIComponent(content)}`))).toBe(
          asTyped,
        )
        expect(await contentOfReceipt(await send('/secret', form, `${new URLSearchParams({ content })}`))).toBe(asTyped)
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    ['content=YWJjZA==', 'YWJjZA=='],
    ['content=a=b&ttl=1h', 'a=b'],
    ['content==', '='],
    ['content=a+b%2Bc%20d', 'a b+c d'],
    ['content=a%0D%0Ab%0Ac%0Dd', 'a\nb\nc\rd'],
    ['&&content=a&', 'a'],
    ['%63ontent=a', 'a'],
    ['content=é', 'é'],
  ])('from a form that no browser would send: %s', async (body, content) => {
    expect(await contentOfReceipt(await send('/secret', form, body))).toBe(content)
  })
})

describe('text that is not valid Unicode is refused, not repaired:', () => {
  const bytes = (...parts: (string | number)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

  test.each([
    ['an invalid byte', 0xff],
    ['a truncated sequence', 0xc3],
    ['a lone continuation byte', 0x80],
    ['an overlong NUL', 0xc0],
  ])('%s in JSON, text and form', async (_, byte) => {
    for (const response of [
      send(create, json, bytes('{"content":"a', byte, '"}')),
      send(create, json, bytes('{"content":"a","passphrase":"', byte, '"}')),
      send(create, 'text/plain', bytes('a', byte, 'b')),
    ])
      expect(await expectRefused(400, response)).toMatchObject({ code: 'body_not_utf8' })
    await expectRefused(400, send('/secret', form, bytes('content=a', byte)))
    await expectRefused(400, send('/secret', form, `content=a%${byte.toString(16)}`))
  })

  test.each(['%', '%a', '%zz', '%u00e9', '%ed%a0%80', '%c0%80'])('the escape %s in a form', async (part) => {
    await expectRefused(400, send('/secret', form, `content=${part}`))
    await expectRefused(400, send('/secret', form, `content=a&${part}=b`))
  })

  test.each(['\\ud800', 'a\\udc00b', '\\udc00\\ud800', '\\ud83d'])(
    'the lone surrogate %s in JSON',
    async (surrogate) => {
      expect(await expectRefused(400, send(create, json, `{"content":"${surrogate}"}`))).toMatchObject({
        code: 'body_not_utf8',
      })
      const passphrase = send(create, json, `{"content":"x","passphrase":"${surrogate}"}`)
      expect(await expectRefused(400, passphrase)).toMatchObject({ code: 'body_not_utf8' })
    },
  )

  test('a surrogate pair is accepted', async () => {
    expect(await contentOf(await send(create, json, '{"content":"\\ud83d\\udd11"}'))).toBe('🔑')
  })
})

describe('JSON that does not match the schema is refused:', () => {
  test.each([
    '{',
    '}',
    '{"content":}',
    '{"content":"x"} x',
    "{'content':'x'}",
    '{"content":"x",}',
    '\ufeff{}',
    'x',
    '\0',
  ])('malformed JSON: %j', async (body) => {
    expect(await expectRefused(400, send(create, json, body))).toMatchObject({ code: 'body_malformed' })
  })

  test.each(['null', '[]', '"x"', '3', 'true', '[{"content":"x"}]'])('not an object: %s', async (body) => {
    expect(await expectRefused(400, send(create, json, body))).toMatchObject({
      code: 'field_invalid',
      facts: { field: 'body' },
    })
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'Content', 'planted'])(
    'the unknown field "%s"',
    async (name) => {
      const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
      const bodies = [
        [create, `{"content":"x","${name}":{"planted":1}}`],
        ['/api/v3/secrets/generate', `{"${name}":"planted"}`],
        [`/api/v3/secrets/${key}/reveal`, `{"${name}":"planted"}`],
        [`/api/v3/receipts/${receipt.key}/burn`, `{"${name}":"planted"}`],
      ] as const
      for (const [path, body] of bodies)
        expect(await expectRefused(400, send(path, json, body))).toMatchObject({ code: 'field_unknown' })
      if (name !== '') await expectRefused(400, send('/secret', form, `content=x&${name}=planted`))
      expect(Object.hasOwn(Object.prototype, 'planted')).toBe(false)
      expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'x' })
    },
  )

  test.each([
    ['content', 3],
    ['content', null],
    ['content', true],
    ['content', ['x']],
    ['content', { text: 'x' }],
    ['passphrase', 5],
    ['passphrase', null],
    ['passphrase', ['x']],
    ['passphrase', 'x'.repeat(1025)],
    ['sealed', 3],
    ['proof', 3],
    ['proof', 'x'.repeat(65)],
    ['ttl', 'x'.repeat(33)],
  ])('%s is %j', async (field, value) => {
    const body = field === 'content' ? { content: value } : { content: 'x', [field]: value }
    expect(await expectRefused(400, sotto.post('/secrets', body))).toMatchObject({
      code: 'field_invalid',
      facts: { field },
    })
  })

  test.each([
    ['length', `${passwordLength.default}`],
    ['length', '0x10'],
    ['length', 20.5],
    ['length', passwordLength.min - 1],
    ['length', passwordLength.max + 1],
    ['words', `${wordCount.default}`],
    ['words', wordCount.min - 1],
    ['words', wordCount.max + 1],
    ['words', true],
    ['classes', 'digits'],
    ['classes', []],
  ])('%s of a generated value is %j', async (field, value) => {
    const response = sotto.post('/secrets/generate', { [field]: value })
    expect(await expectRefused(400, response)).toMatchObject({ code: 'field_invalid', facts: { field } })
  })

  test('a length that is out of range, with the rule of the field', async () => {
    const { min, max } = passwordLength
    const problem = await expectRefused(400, sotto.post('/secrets/generate', { length: max + 1 }))
    expect(problem).toMatchObject({ facts: { field: 'length', min, max } })
    expect(problem.detail).toBe(`The number of characters must be a whole number from ${min} to ${max}.`)
  })

  test('a body with the deepest possible nesting', async () => {
    await using roomy = await startInstance()
    const limit = bodyLimit(roomy.app.config)
    const arrays = Math.floor(limit / 2)
    const objects = Math.floor(limit / 13)
    const codes = []
    for (const body of [
      '['.repeat(limit),
      `${'['.repeat(arrays)}${']'.repeat(arrays)}`,
      `${'{"content":'.repeat(objects)}1${'}'.repeat(objects)}`,
    ]) {
      const response = await roomy.fetch(create, { method: 'POST', body, headers: { 'content-type': json } })
      codes.push(((await response.json()) as Problem).code)
    }
    expect(codes).toEqual(['body_malformed', 'field_invalid', 'field_invalid'])
  })

  test('a body without content', async () => {
    for (const body of ['', '{}', '{"content":""}'])
      expect(await expectRefused(400, send(create, json, body))).toMatchObject({ code: 'content_missing' })
    expect(await expectRefused(400, send(create, 'text/plain', ''))).toMatchObject({ code: 'content_missing' })
    for (const body of ['', 'content=', 'content', '&']) await expectRefused(400, send('/secret', form, body))
  })
})

describe('content', () => {
  const asJson = (content: string) => send(create, json, JSON.stringify({ content }))
  // The same content in the longest escaped form.
  const escaped = (content: string) =>
    send(create, json, `{"content":"${content.replaceAll('x', '\\u0078')}","passphrase":""}`)
  const asText = (content: string) => send(create, 'text/plain', content)
  const percent = (content: string) => send('/secret', form, `content=${content.replaceAll('x', '%78')}`)

  test('of exactly secret-size bytes is accepted', async () => {
    const fits = 'x'.repeat(secretSize)
    for (const way of [asJson, escaped, asText]) expect(await contentOf(await way(fits))).toBe(fits)
    expect(await contentOfReceipt(await percent(fits))).toBe(fits)
    const accented = 'é'.repeat(secretSize / 2)
    for (const way of [asJson, asText]) expect(await contentOf(await way(accented))).toBe(accented)
  })

  test('of one byte more is refused with the limit', async () => {
    const tooLarge = { code: 'content_too_large', facts: { limit: secretSize } }
    for (const way of [asJson, escaped, asText]) {
      const problem = await expectRefused(413, way('x'.repeat(secretSize + 1)))
      expect(problem).toMatchObject(tooLarge)
      expect(problem.detail).toContain('1,000 bytes')
    }
    expect(await expectRefused(413, asJson('é'.repeat(secretSize / 2 + 1)))).toMatchObject(tooLarge)
    const page = await expectRefused(413, percent('x'.repeat(secretSize + 1)))
    expect(page.detail).toContain('About 1,000 characters fit.')
  })

  test('is measured with LF line breaks, although forms send CRLF', async () => {
    const lines = 'x\n'.repeat(secretSize / 2)
    const body = `content=${encodeURIComponent(lines.replaceAll('\n', '\r\n'))}`
    expect(await contentOfReceipt(await send('/secret', form, body))).toBe(lines)
  })

  test('sealed in a browser may be as large as sealed content of secret-size bytes', async () => {
    const proof = Buffer.alloc(32, 1).toString('base64url')
    const sealed = (bytes: number) => ({ sealed: Buffer.alloc(bytes, 7).toString('base64url'), proof })
    const max = sealedLength(secretSize)
    expect((await sotto.post('/secrets', sealed(max))).status).toBe(201)
    expect(await expectRefused(413, sotto.post('/secrets', sealed(max + 1)))).toMatchObject({
      code: 'content_too_large',
      facts: { limit: secretSize },
    })
  })
})

describe('a body over the size limit', () => {
  const limit = bodyLimit({ secretSize })
  const streamOf = (bytes: number) => {
    const chunkSizes = Array.from({ length: Math.ceil(bytes / 4096) }, (_, n) => Math.min(4096, bytes - n * 4096))
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const size = chunkSizes.shift()
        if (size === undefined) return controller.close()
        controller.enqueue(new Uint8Array(size).fill(120))
        await Bun.sleep(0)
      },
    })
  }

  test('is refused by its Content-Length and by its actual length', async () => {
    for (const body of ['x'.repeat(limit + 1), streamOf(limit + 1)])
      expect(await expectRefused(413, send(create, 'text/plain', body))).toMatchObject({
        code: 'body_too_large',
        facts: { limit },
      })
    for (const body of ['x'.repeat(limit + 1), streamOf(limit + 1)])
      await expectRefused(413, send('/secret', form, body))
  })

  test('is refused also when it is much larger, and the server keeps running', async () => {
    const endless = 4 * limit
    for (const body of ['x'.repeat(endless), streamOf(endless)])
      await expectRefused(413, send(create, 'text/plain', body))
    expect((await sotto.fetch('/')).status).toBe(200)
  })

  test('is read if it is one byte shorter', async () => {
    for (const body of ['x'.repeat(limit), streamOf(limit)])
      expect(await expectRefused(413, send(create, 'text/plain', body))).toMatchObject({ code: 'content_too_large' })
  })
})

describe('a time to live', () => {
  const withTtl = (ttl: string) => send(create, json, `{"content":"x","ttl":${ttl}}`)

  test.each([
    ['60', minute],
    ['60.0', minute],
    ['"60"', minute],
    ['"60s"', minute],
    ['"1m"', minute],
    ['"1h"', hour],
    ['3600', hour],
    ['"36h"', 36 * hour],
    ['"30d"', 30 * day],
    ['2592000', 30 * day],
    ['"2w"', 14 * day],
  ])('of %s expires at the exact millisecond', async (ttl, milliseconds) => {
    const response = await withTtl(ttl)
    expect(response.status).toBe(201)
    const { expires_at } = (await response.json()) as { expires_at: string }
    expect(Date.parse(expires_at)).toBe(sotto.clock.now + milliseconds)
  })

  test.each(['59', '0', '"0"', '"0s"', '"59s"', '1e9', '"31d"', '"721h"', '2592001', '"5w"'])(
    'of %s is refused with the range',
    async (ttl) => {
      const problem = await expectRefused(400, withTtl(ttl))
      expect(problem).toMatchObject({ code: 'ttl_out_of_range', facts: { min: '1m', max: '30d' } })
      expect(problem.detail).toBe('Choose an expiry time from 1m to 30d.')
    },
  )

  test.each([
    '1.5',
    '1e400',
    '9007199254740993',
    'null',
    'true',
    '[]',
    '[60]',
    '{}',
    '""',
    '" "',
    '"-60"',
    '"+60"',
    '"1.5h"',
    '"1e3"',
    '"0x10"',
    '"1y"',
    '"1 h"',
    '"1H"',
    '"h"',
    '"60;"',
    '"６０"',
    '"99999999999999999999d"',
    '"forever"',
    '"Infinity"',
    '"NaN"',
  ])('of %s is refused with the name of the field', async (ttl) => {
    expect(await expectRefused(400, withTtl(ttl))).toMatchObject({ code: 'field_invalid', facts: { field: 'ttl' } })
  })

  test('is never negative', async () => {
    for (const ttl of ['-1', '-60', '-1e9']) await expectRefused(400, withTtl(ttl))
  })

  test('in the query of a text body follows the same rules', async () => {
    const sendWith = (ttl: string) => send(`${create}?${ttl}`, 'text/plain', 'x')
    const { expires_at } = (await (await sendWith('ttl=1h')).json()) as { expires_at: string }
    expect(Date.parse(expires_at)).toBe(sotto.clock.now + hour)
    expect(await expectRefused(400, sendWith('ttl=31d'))).toMatchObject({ code: 'ttl_out_of_range' })
    for (const ttl of ['ttl=', 'ttl=1e3', 'ttl=0x10', 'ttl=-60', 'ttl=%ff', 'ttl=%'])
      expect(await expectRefused(400, sendWith(ttl))).toMatchObject({ code: 'field_invalid', facts: { field: 'ttl' } })
    for (const other of ['content=y', 'passphrase=y', '__proto__=y', 'planted=1'])
      expect(await expectRefused(400, sendWith(other))).toMatchObject({ code: 'field_unknown' })
  })

  test('has the range of the configuration', async () => {
    await using strict = await startInstance({ 'ttl-max': '1d' })
    const refused = await strict.post('/secrets', { content: 'x', ttl: '25h' })
    expect(await refused.json()).toMatchObject({ code: 'ttl_out_of_range', facts: { min: '1m', max: '1d' } })
    expect(await strict.posted('/secrets', { content: 'x', ttl: '24h' })).toMatchObject({
      expires_at: new Date(strict.clock.now + day).toISOString(),
    })
  })
})

describe('the method', () => {
  const key = 'a'.repeat(31)
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND']
  const request = (path: string, method: string) => sotto.fetch(path, { method })

  test.each([
    ['/', 'GET, HEAD'],
    ['/healthz', 'GET, HEAD'],
    ['/secret', 'POST'],
    ['/preferences/theme', 'POST'],
    ['/generate', 'GET, HEAD, POST'],
    [`/secret/${key}`, 'GET, HEAD, POST'],
    [`/receipt/${key}`, 'GET, HEAD'],
    [`/receipt/${key}/burn`, 'POST'],
    ['/api/v3/secrets', 'POST'],
    ['/api/v3/secrets/generate', 'GET, HEAD, POST'],
    [`/api/v3/secrets/${key}`, 'GET, HEAD'],
    [`/api/v3/secrets/${key}/reveal`, 'POST'],
    [`/api/v3/secrets/${key}/acknowledge`, 'POST'],
    [`/api/v3/receipts/${key}`, 'GET, HEAD'],
    [`/api/v3/receipts/${key}/burn`, 'POST'],
  ])('that %s does not support is refused with the supported methods', async (path, allow) => {
    const supported = allow.split(', ')
    for (const method of methods) {
      const response = await request(path, method)
      const refusal = { method, refused: response.status === 405, allow: response.headers.get('allow') }
      const isSupported = supported.includes(method)
      expect(refusal).toEqual({ method, refused: !isSupported, allow: isSupported ? null : allow })
    }
  })

  test('makes no difference for a path that does not exist', async () => {
    for (const path of ['/nothing', '/secret/a/b', '/api/v3/nothing', '/api/v4/secrets', '/assets/nothing.css'])
      for (const method of methods) {
        const response = await request(path, method)
        expect({ path, method, status: response.status }).toEqual({ path, method, status: 404 })
        expect(response.headers.has('allow')).toBe(false)
      }
  })

  test('TRACE does not return the request', async () => {
    const headers = { cookie: 'sotto_theme=planted', authorization: 'Bearer planted' }
    const response = await sotto.fetch('/', { method: 'TRACE', headers })
    expect(await response.text()).not.toContain('planted')
  })

  test('HEAD returns the headers of GET without the body', async () => {
    const { key } = await sotto.posted('/secrets', { content: 'x' })
    for (const path of ['/', '/generate', `/secret/${key}`, `/api/v3/secrets/${key}`, '/nothing']) {
      const [get, head] = [await request(path, 'GET'), await request(path, 'HEAD')]
      expect(head.status).toBe(get.status)
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
      expect(await head.text()).toBe('')
    }
  })
})
