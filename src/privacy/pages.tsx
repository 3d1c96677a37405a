import { SecurityPage, TermsPage } from '../../templates/privacy/terms.tsx'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { pageRoutes } from '../http/page.ts'
import { viewOf } from '../http/render.ts'
import { day, toIso } from '../time.ts'

/** The terms, the security page, robots.txt and security.txt. */
export function privacyPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/terms', ({ html, request }) => html(<TermsPage view={viewOf(app, request)} age={app.config.minimumAge} />))
    .get('/info/security', ({ html, request }) => html(<SecurityPage view={viewOf(app, request)} />))
    .get('/robots.txt', () => plain('User-agent: *\nDisallow: /\n'))
    .get('/.well-known/security.txt', () => plain(securityTxt(app)))
}

// RFC 9116 requires a contact and an expiry date of less than a year.
function securityTxt({ config, now }: App): string {
  if (config.contact === undefined) throw new AppError('not_found')
  const contact = config.contact.includes('://') ? config.contact : `mailto:${config.contact}`
  const expires = toIso(now() + 180 * day)
  const canonical = `${config.baseUrl}/.well-known/security.txt`
  return `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en\nCanonical: ${canonical}\nPolicy: ${config.baseUrl}/info/security\n`
}

function plain(content: string): Response {
  return new Response(content, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
