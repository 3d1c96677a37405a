import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { rowsOf } from '../fixtures/stored.ts'

const plain = { 'content-type': 'text/plain' }
const awkward = {
  NUL: 'a\0b\0',
  'a carriage return': 'a\rb\r',
  'both line ends': '\r\na\nb\r\n\n',
  'a leading and a closing newline': '\na\n',
  'a byte order mark': '\ufeffa\ufeff',
  'only white space': ' \t\u00a0\u2028\u3000',
  'an accent in two forms': 'caf\u00e9 cafe\u0301',
  'letters from right to left': '\u202e\u05d0\u0627\u2066x\u2069',
  markup: '<script>alert(1)</script>&amp;"\'',
  JSON: '{"content":"x","sealed":"AAAA","__proto__":{}}',
  'one letter': 'a',
}

describe('returns a content byte for byte', () => {
  test.each(Object.entries(awkward))('with %s', async (_, content) => {
    await using sotto = await startInstance()
    await expectSame(sotto, content)
  })

  test('with every character that there is', async () => {
    await using sotto = await startInstance({ 'secret-size': '10MB' })
    await expectSame(sotto, everyCharacter())
  })

  test('for arbitrary content', async () => {
    await using sotto = await startInstance()
    const anyContent = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed())
    await fc.assert(
      fc.asyncProperty(anyContent, (content) => expectSame(sotto, content)),
      { numRuns: 30 },
    )
  })

  test('through a form, except for the line ends that browsers add', async () => {
    await using sotto = await startInstance()
    const content = '\nfirst\r\nsecond & <b>third</b> %41+ é\n'
    const created = await sotto.fetch('/secret', { method: 'POST', body: new URLSearchParams({ content }) })
    expect(created.status).toBe(303)
    const receipt = new URL(created.headers.get('location') ?? '').pathname.replace('/receipt/', '/api/v3/receipts/')
    const { secret } = (await (await sotto.fetch(receipt)).json()) as { secret: { key: string } }
    expect(await sotto.posted(`/secrets/${secret.key}/reveal`)).toMatchObject({
      content: content.replaceAll('\r\n', '\n'),
    })
  })
})

describe('a plain-text client', () => {
  test('posts a content, receives the link as one line, and receives only the content when it reveals', async () => {
    await using sotto = await startInstance()
    const created = await sotto.fetch('/api/v3/secrets?ttl=1h', {
      method: 'POST',
      headers: { ...plain, accept: 'text/plain' },
      body: 'sésame\n',
    })
    expect([created.status, created.headers.get('content-type')]).toEqual([201, 'text/plain; charset=utf-8'])
    const url = await created.text()
    const [, key = ''] = /^http:\/\/127\.0\.0\.1:\d+\/secret\/([a-z0-9]{31})\n$/.exec(url) ?? []
    expect(created.headers.get('location')).toMatch(/\/receipt\/[a-z0-9]{31}$/)
    expect((await rowsOf(sotto.app, 'secret'))[0]?.expires_at).toBe(sotto.clock.now + 3_600_000)
    const opened = await sotto.post(`/secrets/${key}/reveal`, undefined, { accept: 'text/plain' })
    expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(await opened.text()).toBe('sésame\n')
  })

  test('receives a one-line error for a missing secret', async () => {
    await using sotto = await startInstance()
    const answer = await sotto.post(`/secrets/${'a'.repeat(31)}/reveal`, undefined, { accept: 'text/plain' })
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringMatching(/^[^\n]+\n$/)])
  })
})

describe('refuses a content, and stores nothing,', () => {
  test.each([
    ['if it is missing', '{}', 400, 'content_missing'],
    ['if it is empty', '{"content":""}', 400, 'content_missing'],
    ['if it is no text', '{"content":1}', 400, 'field_invalid'],
    ['if it holds half a character', '{"content":"a\\ud800"}', 400, 'body_not_utf8'],
    ['if its passphrase holds half a character', '{"content":"a","passphrase":"\\udc00"}', 400, 'body_not_utf8'],
    ['if it is a byte too large', JSON.stringify({ content: `${'é'.repeat(500)}x` }), 413, 'content_too_large'],
  ])('%s', async (_, body, status, code) => {
    await using sotto = await startInstance({ 'secret-size': '1KB' })
    const headers = { 'content-type': 'application/json' }
    const answer = await sotto.fetch('/api/v3/secrets', { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }])
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('if its bytes are not UTF-8, instead of repairing them', async () => {
    await using sotto = await startInstance()
    for (const body of [[0xff], [0xc3], [0x61, 0xed, 0xa0, 0x80], [0xc0, 0x80]].map((bytes) =>
      Uint8Array.from(bytes),
    )) {
      const answer = await sotto.fetch('/api/v3/secrets', { method: 'POST', headers: plain, body })
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'body_not_utf8' }])
    }
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('if it is in the URL, which may be logged (P02)', async () => {
    await using sotto = await startInstance()
    for (const query of ['content=sesame', 'ttl=1h&content=sesame', 'passphrase=open']) {
      expect((await sotto.post(`/secrets?${query}`, query.includes('content') ? {} : { content: 'a' })).status).toBe(
        400,
      )
    }
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('but accepts one of exactly the maximum size', async () => {
    await using sotto = await startInstance({ 'secret-size': '1KB' })
    await expectSame(sotto, 'é'.repeat(500))
  })
})

async function expectSame(sotto: Instance, content: string): Promise<void> {
  const bytes = Buffer.from(content)
  const { key } = await sotto.posted('/secrets', { content })
  const opened = await sotto.posted(`/secrets/${key}/reveal`)
  expect(Buffer.from(opened.content).equals(bytes)).toBe(true)
  const sent = await sotto.fetch('/api/v3/secrets', { method: 'POST', headers: plain, body: bytes })
  const { key: other } = (await sent.json()) as { key: string }
  const text = await sotto.post(`/secrets/${other}/reveal`, undefined, { accept: 'text/plain' })
  expect(Buffer.from(await text.bytes()).equals(bytes)).toBe(true)
}

function everyCharacter(): string {
  const characters: string[] = []
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point < 0xd800 || point > 0xdfff) characters.push(String.fromCodePoint(point))
  }
  return characters.join('')
}
