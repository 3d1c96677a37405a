import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cookies } from '../../src/privacy/inventory/cookies.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

let sotto: Instance
beforeAll(async () => {
  sotto = await startInstance()
})
afterAll(() => sotto[Symbol.asyncDispose]())

function choose(at: Instance, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const path = `${at.app.config.basePath}/preferences/theme`
  return at.fetch(path, { method: 'POST', body, headers: { ...form, ...headers } })
}

/** Splits a Set-Cookie header into its parts. */
function cookieOf(response: Response) {
  const [line = '', ...more] = response.headers.getSetCookie()
  const [pair = '', ...attributes] = line.split('; ')
  const [name = '', value] = pair.split('=')
  return { name, value, attributes: attributes.sort(), more }
}

async function pageWith(cookie: string, path = '/'): Promise<string> {
  return (await sotto.fetch(path, { headers: { cookie } })).text()
}

describe('a visitor', () => {
  test.each(['light', 'dark'])('who chooses %s sees every page in this theme', async (theme) => {
    const response = await choose(sotto, `theme=${theme}&back=/generate`)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`${sotto.url}/generate`)
    expect(await response.text()).toBe('')
    const { name, value } = cookieOf(response)
    for (const path of ['/', '/generate', `/secret/${'a'.repeat(31)}`, '/nothing'])
      expect(await pageWith(`${name}=${value}`, path)).toContain(` data-theme="${theme}"`)
  })

  test('who chooses the system theme has no cookie any more', async () => {
    const { name, value, attributes } = cookieOf(await choose(sotto, 'theme=system'))
    expect({ name, value }).toEqual({ name: 'sotto_theme', value: '' })
    expect(attributes).toContain('Max-Age=0')
    expect(await pageWith('sotto_theme=')).not.toContain('data-theme="')
  })

  test('who chooses nothing sees the system theme and gets no cookie', async () => {
    for (const path of ['/', '/generate', '/nothing']) {
      const response = await sotto.fetch(path)
      expect(await response.text()).not.toContain('data-theme="')
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })

  test.each(['', 'Dark', 'dark light', 'planted', '"dark"', 'dark"><script>', '%64ark'])(
    'with an invalid cookie sees the system theme: "%s"',
    async (value) => {
      const page = await pageWith(`sotto_theme=${value}`)
      expect(page).not.toContain('data-theme="')
      expect(page).not.toContain('planted')
    },
  )
})

describe('the theme cookie', () => {
  const { sotto_theme: cookie } = cookies

  test('matches the inventory: HttpOnly, SameSite, one year', async () => {
    expect(cookie.maxAge).toBe(365 * 86_400)
    expect(cookieOf(await choose(sotto, 'theme=dark'))).toEqual({
      name: 'sotto_theme',
      value: 'dark',
      attributes: ['HttpOnly', `Max-Age=${cookie.maxAge}`, 'Path=/', 'SameSite=Lax'],
      more: [],
    })
  })

  test('is Secure with TLS', async () => {
    await using overTls = await startInstance({ 'base-url': 'https://secrets.example.org' })
    const response = await choose(overTls, 'theme=dark', { host: 'secrets.example.org' })
    expect(cookieOf(response).attributes).toContain('Secure')
    expect(response.headers.get('location')).toBe('https://secrets.example.org/')
  })

  test('is limited to the base path', async () => {
    await using below = await startInstance({ 'base-url': 'http://app/sotto' })
    const host = { host: 'app' }
    const chosen = await choose(below, 'theme=dark&back=/generate', host)
    expect(chosen.headers.get('location')).toBe('http://app/sotto/generate')
    expect(cookieOf(chosen).attributes).toContain('Path=/sotto')
    const deleted = await choose(below, 'theme=system', host)
    expect(deleted.headers.get('location')).toBe('http://app/sotto/')
    expect(cookieOf(deleted).attributes).toEqual(['HttpOnly', 'Max-Age=0', 'Path=/sotto', 'SameSite=Lax'])
    for (const path of ['/sotto', '/sotto/', '/sotto/generate']) {
      const page = await (await below.fetch(path, { headers: host })).text()
      const [, back = 'none'] = /name="back" value="([^"]*)"/.exec(page) ?? []
      const response = await choose(below, `theme=light&back=${encodeURIComponent(back)}`, host)
      expect({ path, status: response.status }).toEqual({ path, status: 303 })
    }
  })
})

describe('after choosing, the redirect', () => {
  test('leads back to the page', async () => {
    const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
    for (const path of ['/', '/generate', `/secret/${key}`, `/receipt/${receipt.key}`]) {
      const [, back = 'none'] = /name="back" value="([^"]*)"/.exec(await pageWith('', path)) ?? []
      expect(back).toBe(path)
      const response = await choose(sotto, `theme=dark&back=${encodeURIComponent(back)}`)
      expect(response.headers.get('location')).toBe(sotto.url + path)
    }
    expect((await choose(sotto, 'theme=dark')).headers.get('location')).toBe(`${sotto.url}/`)
  })

  test.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%5cevil.example',
    '/\tevil.example',
    '/\n/evil.example',
    '/\r\nset-cookie: a=b',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '@evil.example',
    '.evil.example',
    ':80',
    'evil.example',
    '',
    ' /',
    '/a//evil.example',
    '/../evil',
    '/./evil',
    '/?next=https://evil.example',
    '/#evil',
    '/a;b',
    '/Evil',
    `/${'a'.repeat(198)}!`,
    `/${'a'.repeat(200)}`,
  ])('never leads elsewhere: %j', async (back) => {
    const response = await choose(sotto, `theme=dark&back=${encodeURIComponent(back)}`)
    expect(response.status).toBe(400)
    expect(response.headers.has('location')).toBe(false)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.text()).not.toContain('evil')
  })

  test('is refused for an invalid theme', async () => {
    for (const body of [
      '',
      'theme=',
      'theme=Dark',
      'theme=planted',
      'theme=dark; Domain=evil.example',
      'theme=dark&a=b',
    ]) {
      const response = await choose(sotto, body)
      expect({ body, status: response.status }).toEqual({ body, status: 400 })
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })
})
