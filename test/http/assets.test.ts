import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { assetPath } from '../../src/http/assets.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'

const script = 'text/javascript;charset=utf-8'
const compressed = { headers: { 'accept-encoding': 'br, gzip' }, decompress: false } as RequestInit

describe.each(['', '/sotto', '/assets'])('under the base path "%s"', (base) => {
  let sotto: Instance
  let asset: string

  beforeAll(async () => {
    sotto = await startInstance(base === '' ? {} : { 'base-url': `http://localhost${base}` })
    asset = assetPath(base, 'create.js')
  })

  afterAll(() => sotto[Symbol.asyncDispose]())

  const request = (path: string, init: RequestInit = {}) =>
    sotto.fetch(path, {
      ...compressed,
      ...init,
      headers: { host: new URL(sotto.app.config.baseUrl).host, ...compressed.headers, ...init.headers },
    })

  test('an asset is compressed for GET and HEAD, also with a query', async () => {
    const plain = await request(asset, { headers: { 'accept-encoding': 'identity' } })
    const size = (await plain.bytes()).length
    for (const [method, path] of [
      ['GET', asset],
      ['GET', `${asset}?v=1`],
      ['HEAD', asset],
    ] as const) {
      const response = await request(path, { method })
      const { status, headers } = response
      expect([status, headers.get('content-type'), headers.get('content-encoding')]).toEqual([200, script, 'br'])
      expect(Number(headers.get('content-length'))).toBeWithin(100, size / 2)
      expect((await response.bytes()).length).toBe(method === 'HEAD' ? 0 : Number(headers.get('content-length')))
    }
  })

  test('other methods do not return an asset', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await request(asset, { method })
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD'])
      expect(response.headers.get('content-encoding')).toBeNull()
    }
  })

  test('a reveal with the path of an asset in its query returns the secret', async () => {
    for (const query of [
      `?x=${asset}`,
      `?${asset}`,
      `?x=${encodeURIComponent(asset)}`,
      `?x=1/${asset}`,
      `?x=/${asset}`,
    ]) {
      const { key } = await createSecret()
      const headers = { 'content-type': 'application/json' }
      const path = `${base}/api/v3/secrets/${key}/reveal${query}`
      const response = await request(path, { method: 'POST', body: '{}', headers })
      expect([query, response.status, response.headers.get('content-encoding')]).toEqual([query, 200, null])
      expect(await response.json()).toEqual({ content: 'sésame' })
    }
  })

  test('a page or form with the path of an asset in its query is not treated as an asset', async () => {
    const { key } = await createSecret()
    const page = await request(`${base}/secret/${key}?x=${asset}`)
    expect([page.headers.get('content-encoding'), page.headers.get('content-type')]).toEqual([
      null,
      'text/html; charset=utf-8',
    ])
    expect(await page.text()).toContain(`action="${base}/secret/${key}"`)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const opened = await request(`${base}/secret/${key}?x=${asset}`, { method: 'POST', body: '', headers })
    expect([opened.status, opened.headers.get('content-encoding')]).toEqual([200, null])
    expect(await opened.text()).toContain('sésame')
  })

  test('a path that only resembles the path of an asset is not one', async () => {
    const name = asset.slice(`${base}/assets/`.length)
    for (const path of [
      `/${asset}`,
      `${base}//assets/${name}`,
      `${base}/assets//${name}`,
      `${base}/assets%2f${name}`,
      `${base}/assets/x/${name}`,
      `${base}/healthz${asset}`,
      `${base}/healthz#${asset}`,
      `${base}/secret/x?${asset}`,
      `${base}/assets/${name}.gz`,
      `${base}/assets/${name}.br`,
      `${base}/assets/names.json`,
    ])
      for (const method of ['GET', 'HEAD', 'POST']) {
        const response = await rawResponse(method, path)
        expect([method, path, response]).toEqual([method, path, expect.stringMatching(/^http\/1\.1 40[45] /)])
        expect(response).not.toContain('javascript')
        expect(response).not.toContain('content-encoding')
      }
  })

  test('the in-process client lists the pages, and no assets', async () => {
    const { pages } = await inProcessClient(sotto.app)
    expect(pages).toContain(`${base}/`)
    expect(pages).toContain(`${base}/privacy`)
    expect(pages).not.toContain(asset)
    for (const path of ['/privacy/proof', '/privacy/proof.json']) expect(pages).not.toContain(base + path)
  })

  async function createSecret(): Promise<{ key: string }> {
    const headers = { 'content-type': 'application/json' }
    const response = await request(`${base}/api/v3/secrets`, { method: 'POST', body: '{"content":"sésame"}', headers })
    return (await response.json()) as { key: string }
  }

  // The head of the response to a path sent as it is, which fetch would normalise.
  function rawResponse(method: string, path: string): Promise<string> {
    const { host } = new URL(sotto.app.config.baseUrl)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const head = `Host: ${host}\r\nAccept-Encoding: br, gzip\r\nContent-Length: 0\r\nConnection: close`
    let response = ''
    const socket = connect(Number(new URL(sotto.url).port), '127.0.0.1', () =>
      socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n\r\n`),
    )
    socket.on('data', (chunk) => {
      response += chunk.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(response.toLowerCase().split('\r\n\r\n', 1)[0] ?? ''))
    return promise
  }
})
