import type { App } from '../../app.ts'
import { type CookieName, cookies } from '../inventory/cookies.ts'
import { type ResponseHeader, responseHeaders } from '../inventory/response-headers.ts'
import type { InProcessClient } from './in-process-client.ts'
import type { Finding } from './verification.ts'

/** Every answer has the headers that protect it, and no header that the inventory does not name (P15, P30). */
export async function checkHeaders({ config }: App, client: InProcessClient): Promise<Finding[]> {
  const overTls = config.baseUrl.startsWith('https:')
  const findings: Finding[] = []
  for (const [path, answer] of await walk(client)) {
    for (const name of answer.headers.keys())
      if (!(name in responseHeaders)) findings.push({ key: 'verify.strayHeader', facts: { path, header: name } })
    for (const [header, promised] of Object.entries<ResponseHeader>(responseHeaders)) {
      if (promised.sentOn === 'some' || (promised.sentOn === 'tls' && !overTls)) continue
      const value = answer.headers.get(header)
      if (value === null) findings.push({ key: 'verify.noHeader', facts: { path, header } })
      else if (!promised.pattern.test(value)) findings.push({ key: 'verify.weakHeader', facts: { path, header } })
    }
  }
  return findings
}

/** No page sets a cookie by being looked at; what is set when somebody asks is in the inventory, and kept close (P16). */
export async function checkCookies({ config }: App, client: InProcessClient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [path, answer] of await walk(client))
    for (const cookie of answer.headers.getSetCookie())
      findings.push({ key: 'verify.cookieUnasked', facts: { path, cookie: nameOf(cookie) } })
  const path = `${config.basePath}/preferences/theme`
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const asked = await client.fetch(path, { method: 'POST', body: 'theme=dark', headers })
  const wanted = ['HttpOnly', 'SameSite=Lax', ...(config.baseUrl.startsWith('https:') ? ['Secure'] : [])]
  for (const cookie of asked.headers.getSetCookie()) {
    const name = nameOf(cookie)
    const promised = cookies[name as CookieName] as { maxAge: number } | undefined
    if (!promised) {
      findings.push({ key: 'verify.cookieUnknown', facts: { path, cookie: name } })
      continue
    }
    const attributes = cookie.split(/; */).slice(1)
    for (const attribute of [...wanted, `Max-Age=${promised.maxAge}`])
      if (!attributes.includes(attribute))
        findings.push({ key: 'verify.cookieLoose', facts: { cookie: name, attribute } })
  }
  return findings
}

function nameOf(cookie: string): string {
  return cookie.split('=', 1)[0] ?? ''
}

/** No page shows a placeholder that nobody filled in (P31), and none loads anything from elsewhere (P15). */
export async function checkPages(client: InProcessClient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [path, answer] of await walk(client)) {
    if (!/^text\//.test(answer.headers.get('content-type') ?? '')) continue
    const page = await answer.text()
    for (const name of placeholders(page)) findings.push({ key: 'verify.placeholder', facts: { path, name } })
    if (loadsElsewhere.test(page)) findings.push({ key: 'verify.elsewhere', facts: { path } })
  }
  return findings
}

const loadsElsewhere = /<(?!a\b)[a-z]+\b[^>]*?\s(?:src|srcset|href|action|poster|data)=["'](?:[a-z]+:)?\/\//i

// What waits in a data attribute is filled in by the page's own script.
function placeholders(page: string): string[] {
  const words = page.replace(/\sdata-[\w-]+="[^"]*"/g, '')
  return [...new Set([...words.matchAll(/\{\{?\s*([\w.-]{1,40})\s*\}?\}/g)].map(([, name = '']) => name))]
}

async function walk(client: InProcessClient): Promise<[string, Response][]> {
  const answers: [string, Response][] = []
  for (const path of client.pages) answers.push([path, await client.fetch(path)])
  return answers
}
