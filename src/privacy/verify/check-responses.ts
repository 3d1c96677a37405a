import type { App } from '../../app.ts'
import { type CookieName, cookies } from '../inventory/cookies.ts'
import { type ResponseHeader, responseHeaders } from '../inventory/response-headers.ts'
import type { InProcessClient } from './in-process-client.ts'
import type { Finding } from './verification.ts'

/** Finds responses without the required headers, and headers that the inventory does not list (P15, P30). */
export async function checkHeaders({ config }: App, client: InProcessClient): Promise<Finding[]> {
  const isTls = config.baseUrl.startsWith('https:')
  return (await fetchPages(client)).flatMap(([path, { headers }]) => [
    ...strayHeaders(path, headers),
    ...weakHeaders(path, headers, isTls),
  ])
}

function strayHeaders(path: string, headers: Headers): Finding[] {
  const stray = [...headers.keys()].filter((name) => !(name in responseHeaders))
  return stray.map((header) => ({ key: 'verify.unlistedHeader', facts: { path, header } }))
}

function weakHeaders(path: string, headers: Headers, isTls: boolean): Finding[] {
  const required = Object.entries<ResponseHeader>(responseHeaders).filter(
    ([, { sentOn }]) => sentOn === 'every' || (sentOn === 'tls' && isTls),
  )
  return required.flatMap(([header, { pattern }]): Finding[] => {
    const value = headers.get(header)
    if (value === null) return [{ key: 'verify.missingHeader', facts: { path, header } }]
    return pattern.test(value) ? [] : [{ key: 'verify.wrongHeader', facts: { path, header } }]
  })
}

/** Finds cookies that a page sets without being asked, and cookies whose name or attributes differ from the inventory (P16). */
export async function checkCookies({ config }: App, client: InProcessClient): Promise<Finding[]> {
  const pages = await fetchPages(client)
  const unasked = pages.flatMap(([path, { headers }]) =>
    headers
      .getSetCookie()
      .map((cookie): Finding => ({ key: 'verify.unrequestedCookie', facts: { path, cookie: nameOf(cookie) } })),
  )
  const path = `${config.basePath}/preferences/theme`
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const preference = await client.fetch(path, { method: 'POST', body: 'theme=dark', headers })
  const required = ['HttpOnly', 'SameSite=Lax', ...(config.baseUrl.startsWith('https:') ? ['Secure'] : [])]
  return [...unasked, ...preference.headers.getSetCookie().flatMap((cookie) => checkCookie(cookie, path, required))]
}

function checkCookie(cookie: string, path: string, required: readonly string[]): Finding[] {
  const name = nameOf(cookie)
  const listed = cookies[name as CookieName] as { maxAge: number } | undefined
  if (!listed) return [{ key: 'verify.unlistedCookie', facts: { path, cookie: name } }]
  const attributes = cookie.split(/; */).slice(1)
  return [...required, `Max-Age=${listed.maxAge}`]
    .filter((attribute) => !attributes.includes(attribute))
    .map((attribute) => ({ key: 'verify.weakCookie', facts: { cookie: name, attribute } }))
}

function nameOf(cookie: string): string {
  return cookie.split('=', 1)[0] ?? ''
}

/** Finds pages that show an unfilled placeholder (P31) or load anything from another host (P15). */
export async function checkPages(client: InProcessClient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [path, response] of await fetchPages(client)) {
    if (!/^text\//.test(response.headers.get('content-type') ?? '')) continue
    const page = await response.text()
    for (const name of placeholdersIn(page)) findings.push({ key: 'verify.placeholder', facts: { path, name } })
    if (externalUrl.test(page)) findings.push({ key: 'verify.externalResource', facts: { path } })
  }
  return findings
}

const externalUrl = /<(?!a\b)[a-z]+\b[^>]*?\s(?:src|srcset|href|action|poster|data)=["'](?:[a-z]+:)?\/\//i

// Placeholders in data attributes are filled in by the page's own script.
function placeholdersIn(page: string): string[] {
  const visible = page.replace(/\sdata-[\w-]+="[^"]*"/g, '')
  return [...new Set([...visible.matchAll(/\{\{?\s*([\w.-]{1,40})\s*\}?\}/g)].map(([, name = '']) => name))]
}

async function fetchPages(client: InProcessClient): Promise<[string, Response][]> {
  const responses: [string, Response][] = []
  for (const path of client.pages) responses.push([path, await client.fetch(path)])
  return responses
}
