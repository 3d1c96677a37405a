import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { sealedLength } from '../../src/crypto/end-to-end.ts'
import { query } from '../../src/database/query.ts'
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

/** A request that must be refused with nothing stored; gives back why, where a program is told. */
async function refused(status: number, response: Promise<Response>): Promise<Problem> {
  const before = count()
  const {
    status: found,
    headers,
    text,
  } = await response.then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
  }))
  expect(found).toBe(status)
  expect(count()).toBe(before)
  return headers.get('content-type') === 'application/problem+json' ? JSON.parse(text) : { code: text, detail: text }
}

function count(): number {
  return sotto.app.db.all(query.selectFrom('secret').select('id')).length
}

/** The content of the one secret that an answer names, opened. */
async function contentOf(created: Response): Promise<string> {
  expect(created.status).toBe(201)
  const { key } = (await created.json()) as { key: string }
  return (await sotto.posted(`/secrets/${key}/reveal`)).content
}

/** The content of the secret whose receipt a form led to, opened. */
async function contentBehind(answer: Response): Promise<string> {
  expect(answer.status).toBe(303)
  const receiptKey = answer.headers.get('location')?.split('/').at(-1)
  const receipt = (await (await sotto.fetch(`/api/v3/receipts/${receiptKey}`)).json()) as { secret: { key: string } }
  return (await sotto.posted(`/secrets/${receipt.secret.key}/reveal`)).content
}

const multipart = '--x\r\nContent-Disposition: form-data; name="content"\r\n\r\nplanted\r\n--x--\r\n'

describe('the API takes JSON, and text as a content, and', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/json ;a=b'])(
    'takes %s',
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
  ])('refuses %s', async (type, body) => {
    const { code, facts } = await refused(415, send(create, type, new TextEncoder().encode(body)))
    expect({ code, facts }).toEqual({ code: 'media_type_unsupported', facts: { expected: 'application/json' } })
  })

  test('refuses a body that does not say what it is', async () => {
    expect(await refused(415, send(create, undefined, new Uint8Array([123, 125])))).toMatchObject({
      code: 'media_type_unsupported',
    })
  })

  test('does not inflate a body', async () => {
    const zipped = Bun.gzipSync(new TextEncoder().encode('{"content":"x"}'))
    await refused(400, send(create, json, zipped, { 'content-encoding': 'gzip' }))
  })

  test('takes text where a content is expected, and nowhere else', async () => {
    expect(await contentOf(await send(create, 'text/plain', '{"content":"x"}'))).toBe('{"content":"x"}')
    const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
    for (const path of [`/secrets/${key}/reveal`, `/receipts/${receipt.key}/burn`, '/secrets/generate'])
      expect(await refused(400, send(`/api/v3${path}`, 'text/plain', 'x'))).toMatchObject({ code: 'field_unknown' })
    expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'x' })
  })
})

describe('a page takes forms, and', () => {
  test.each([
    [json, '{"content":"planted"}'],
    ['text/plain', 'content=planted'],
    ['text/plain; charset=utf-8', 'content=planted\r\n'],
    ['multipart/form-data; boundary=x', multipart],
    ['', 'content=planted'],
  ])('refuses %s, which a page of another site could send', async (type, body) => {
    await refused(415, send('/secret', type, new TextEncoder().encode(body)))
  })
})

describe('what is shared arrives as it was sent', () => {
  const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })

  test('as JSON, as text and as a form, whatever characters it is made of', async () => {
    const sentences = fc.oneof(
      anything,
      fc.constantFrom('=', '&=', '+', '%', '\r', '\n\n', '\ufeffa', '\0', '__proto__'),
    )
    await fc.assert(
      fc.asyncProperty(sentences, async (content) => {
        expect(await contentOf(await send(create, json, JSON.stringify({ content })))).toBe(content)
        expect(await contentOf(await send(create, 'text/plain', new TextEncoder().encode(content)))).toBe(content)
        const asTyped = content.replaceAll('\r\n', '\n')
        expect(await contentBehind(await send('/secret', form, `content=${encodeURIComponent(content)}`))).toBe(asTyped)
        expect(await contentBehind(await send('/secret', form, `${new URLSearchParams({ content })}`))).toBe(asTyped)
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
  ])('from a form that a browser did not write: %s', async (body, content) => {
    expect(await contentBehind(await send('/secret', form, body))).toBe(content)
  })
})

describe('text that is not Unicode is refused, not repaired:', () => {
  const bytes = (...parts: (string | number)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

  test.each([
    ['a byte that never occurs', 0xff],
    ['a sequence cut short', 0xc3],
    ['a continuation alone', 0x80],
    ['an overlong NUL', 0xc0],
  ])('%s, as JSON, as text and as a form', async (_, byte) => {
    for (const answer of [
      send(create, json, bytes('{"content":"a', byte, '"}')),
      send(create, json, bytes('{"content":"a","passphrase":"', byte, '"}')),
      send(create, 'text/plain', bytes('a', byte, 'b')),
    ])
      expect(await refused(400, answer)).toMatchObject({ code: 'body_not_utf8' })
    await refused(400, send('/secret', form, bytes('content=a', byte)))
    await refused(400, send('/secret', form, `content=a%${byte.toString(16)}`))
  })

  test.each(['%', '%a', '%zz', '%u00e9', '%ed%a0%80', '%c0%80'])('the escape %s in a form', async (part) => {
    await refused(400, send('/secret', form, `content=${part}`))
    await refused(400, send('/secret', form, `content=a&${part}=b`))
  })

  test.each(['\\ud800', 'a\\udc00b', '\\udc00\\ud800', '\\ud83d'])('the half of a pair %s in JSON', async (half) => {
    expect(await refused(400, send(create, json, `{"content":"${half}"}`))).toMatchObject({ code: 'body_not_utf8' })
    const passphrase = send(create, json, `{"content":"x","passphrase":"${half}"}`)
    expect(await refused(400, passphrase)).toMatchObject({ code: 'body_not_utf8' })
  })

  test('a whole pair is not', async () => {
    expect(await contentOf(await send(create, json, '{"content":"\\ud83d\\udd11"}'))).toBe('🔑')
  })
})

describe('JSON that is not what was agreed is refused:', () => {
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
  ])('it is no JSON: %j', async (body) => {
    expect(await refused(400, send(create, json, body))).toMatchObject({ code: 'body_malformed' })
  })

  test.each(['null', '[]', '"x"', '3', 'true', '[{"content":"x"}]'])('it is no object: %s', async (body) => {
    expect(await refused(400, send(create, json, body))).toMatchObject({
      code: 'field_invalid',
      facts: { field: 'body' },
    })
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'Content', 'planted'])(
    'a field is unknown: "%s"',
    async (name) => {
      const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
      const bodies = [
        [create, `{"content":"x","${name}":{"planted":1}}`],
        ['/api/v3/secrets/generate', `{"${name}":"planted"}`],
        [`/api/v3/secrets/${key}/reveal`, `{"${name}":"planted"}`],
        [`/api/v3/receipts/${receipt.key}/burn`, `{"${name}":"planted"}`],
      ] as const
      for (const [path, body] of bodies)
        expect(await refused(400, send(path, json, body))).toMatchObject({ code: 'field_unknown' })
      if (name !== '') await refused(400, send('/secret', form, `content=x&${name}=planted`))
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
    expect(await refused(400, sotto.post('/secrets', body))).toMatchObject({ code: 'field_invalid', facts: { field } })
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
    const answer = sotto.post('/secrets/generate', { [field]: value })
    expect(await refused(400, answer)).toMatchObject({ code: 'field_invalid', facts: { field } })
  })

  test('it is nested as deep as a body can be', async () => {
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

  test('there is nothing to share', async () => {
    for (const body of ['', '{}', '{"content":""}'])
      expect(await refused(400, send(create, json, body))).toMatchObject({ code: 'content_missing' })
    expect(await refused(400, send(create, 'text/plain', ''))).toMatchObject({ code: 'content_missing' })
    for (const body of ['', 'content=', 'content', '&']) await refused(400, send('/secret', form, body))
  })
})

describe('a content', () => {
  const asJson = (content: string) => send(create, json, JSON.stringify({ content }))
  // The same content in as many bytes as JSON and forms allow.
  const escaped = (content: string) =>
    send(create, json, `{"content":"${content.replaceAll('x', '\\u0078')}","passphrase":""}`)
  const asText = (content: string) => send(create, 'text/plain', content)
  const percent = (content: string) => send('/secret', form, `content=${content.replaceAll('x', '%78')}`)

  test('of exactly secret-size bytes is shared', async () => {
    const fits = 'x'.repeat(secretSize)
    for (const way of [asJson, escaped, asText]) expect(await contentOf(await way(fits))).toBe(fits)
    expect(await contentBehind(await percent(fits))).toBe(fits)
    const accented = 'é'.repeat(secretSize / 2)
    for (const way of [asJson, asText]) expect(await contentOf(await way(accented))).toBe(accented)
  })

  test('of one byte more is refused, and the limit is named', async () => {
    const tooLarge = { code: 'content_too_large', facts: { limit: secretSize } }
    for (const way of [asJson, escaped, asText]) {
      const problem = await refused(413, way('x'.repeat(secretSize + 1)))
      expect(problem).toMatchObject(tooLarge)
      expect(problem.detail).toContain('1,000 bytes')
    }
    expect(await refused(413, asJson('é'.repeat(secretSize / 2 + 1)))).toMatchObject(tooLarge)
    const page = await refused(413, percent('x'.repeat(secretSize + 1)))
    expect(page.detail).toContain('1,000 bytes')
  })

  test('is counted as it was typed, though a form sends each line end as two bytes', async () => {
    const lines = 'x\n'.repeat(secretSize / 2)
    const body = `content=${encodeURIComponent(lines.replaceAll('\n', '\r\n'))}`
    expect(await contentBehind(await send('/secret', form, body))).toBe(lines)
  })

  test('that was sealed in a browser may be as large as a content of secret-size gets', async () => {
    const proof = Buffer.alloc(32, 1).toString('base64url')
    const sealed = (bytes: number) => ({ sealed: Buffer.alloc(bytes, 7).toString('base64url'), proof })
    const most = sealedLength(secretSize)
    expect((await sotto.post('/secrets', sealed(most))).status).toBe(201)
    expect(await refused(413, sotto.post('/secrets', sealed(most + 1)))).toMatchObject({
      code: 'content_too_large',
      facts: { limit: secretSize },
    })
  })
})

describe('a body that no content could fill is refused', () => {
  const limit = bodyLimit({ secretSize })
  const streamOf = (bytes: number) => {
    const pieces = Array.from({ length: Math.ceil(bytes / 4096) }, (_, n) => Math.min(4096, bytes - n * 4096))
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const size = pieces.shift()
        if (size === undefined) return controller.close()
        controller.enqueue(new Uint8Array(size).fill(120))
        await Bun.sleep(0)
      },
    })
  }

  test('by the length that it announces, and by the length that it has', async () => {
    for (const body of ['x'.repeat(limit + 1), streamOf(limit + 1)])
      expect(await refused(413, send(create, 'text/plain', body))).toMatchObject({
        code: 'body_too_large',
        facts: { limit },
      })
    for (const body of ['x'.repeat(limit + 1), streamOf(limit + 1)]) await refused(413, send('/secret', form, body))
  })

  test('also when it goes on and on', async () => {
    const endless = 4 * limit
    for (const body of ['x'.repeat(endless), streamOf(endless)]) await refused(413, send(create, 'text/plain', body))
    expect((await sotto.fetch('/')).status).toBe(200)
  })

  test('and one byte less is read', async () => {
    for (const body of ['x'.repeat(limit), streamOf(limit)])
      expect(await refused(413, send(create, 'text/plain', body))).toMatchObject({ code: 'content_too_large' })
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
  ])('of %s is kept to the millisecond', async (ttl, milliseconds) => {
    const response = await withTtl(ttl)
    expect(response.status).toBe(201)
    const { expires_at } = (await response.json()) as { expires_at: string }
    expect(Date.parse(expires_at)).toBe(sotto.clock.now + milliseconds)
  })

  test.each(['59', '0', '"0"', '"0s"', '"59s"', '1e9', '"31d"', '"721h"', '2592001', '"5w"'])(
    'of %s is refused, and the range is named',
    async (ttl) => {
      const problem = await refused(400, withTtl(ttl))
      expect(problem).toMatchObject({ code: 'ttl_out_of_range', facts: { min: '1m', max: '30d' } })
      expect(problem.detail).toBe('The time to live must be from 1m to 30d.')
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
  ])('of %s is refused, and the field is named', async (ttl) => {
    expect(await refused(400, withTtl(ttl))).toMatchObject({ code: 'field_invalid', facts: { field: 'ttl' } })
  })

  test('never runs backwards', async () => {
    for (const ttl of ['-1', '-60', '-1e9']) await refused(400, withTtl(ttl))
  })

  test('in the query of a text is read by the same rule', async () => {
    const asked = (ttl: string) => send(`${create}?${ttl}`, 'text/plain', 'x')
    const { expires_at } = (await (await asked('ttl=1h')).json()) as { expires_at: string }
    expect(Date.parse(expires_at)).toBe(sotto.clock.now + hour)
    expect(await refused(400, asked('ttl=31d'))).toMatchObject({ code: 'ttl_out_of_range' })
    for (const ttl of ['ttl=', 'ttl=1e3', 'ttl=0x10', 'ttl=-60', 'ttl=%ff', 'ttl=%'])
      expect(await refused(400, asked(ttl))).toMatchObject({ code: 'field_invalid', facts: { field: 'ttl' } })
    for (const other of ['content=y', 'passphrase=y', '__proto__=y', 'planted=1'])
      expect(await refused(400, asked(other))).toMatchObject({ code: 'field_unknown' })
  })

  test('has the range that the operator set', async () => {
    await using strict = await startInstance({ 'ttl-max': '1d' })
    const asked = await strict.post('/secrets', { content: 'x', ttl: '25h' })
    expect(await asked.json()).toMatchObject({ code: 'ttl_out_of_range', facts: { min: '1m', max: '1d' } })
    expect(await strict.posted('/secrets', { content: 'x', ttl: '24h' })).toMatchObject({
      expires_at: new Date(strict.clock.now + day).toISOString(),
    })
  })
})

describe('a method', () => {
  const key = 'a'.repeat(31)
  const every = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND']
  const ask = (path: string, method: string) => sotto.fetch(path, { method })

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
  ])('that %s does not take is refused, and what it takes is named', async (path, allow) => {
    const taken = allow.split(', ')
    for (const method of every) {
      const response = await ask(path, method)
      const refusal = { method, refused: response.status === 405, allow: response.headers.get('allow') }
      const taking = taken.includes(method)
      expect(refusal).toEqual({ method, refused: !taking, allow: taking ? null : allow })
    }
  })

  test('makes no difference where there is nothing', async () => {
    for (const path of ['/nothing', '/secret/a/b', '/api/v3/nothing', '/api/v4/secrets', '/assets/nothing.css'])
      for (const method of every) {
        const response = await ask(path, method)
        expect({ path, method, status: response.status }).toEqual({ path, method, status: 404 })
        expect(response.headers.has('allow')).toBe(false)
      }
  })

  test('that echoes a request is not answered with an echo', async () => {
    const headers = { cookie: 'sotto_theme=planted', authorization: 'Bearer planted' }
    const response = await sotto.fetch('/', { method: 'TRACE', headers })
    expect(await response.text()).not.toContain('planted')
  })

  test('HEAD says what GET says, without the body', async () => {
    const { key } = await sotto.posted('/secrets', { content: 'x' })
    for (const path of ['/', '/generate', `/secret/${key}`, `/api/v3/secrets/${key}`, '/nothing']) {
      const [get, head] = [await ask(path, 'GET'), await ask(path, 'HEAD')]
      expect(head.status).toBe(get.status)
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
      expect(await head.text()).toBe('')
    }
  })
})
