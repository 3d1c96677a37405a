import {
  PracticesPage,
  PolicyPage,
  type PolicyStatus,
  PolicyVersionPage,
  PolicyVersionsPage,
} from '../../../templates/privacy/policy.tsx'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { type PageContext, pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { diff } from './diff.ts'
import { fillMarkdown, fillPlainText } from './placeholders.ts'
import { practicesText } from './shipped.ts'
import { currentPolicy, listPolicyVersions, type PolicyVersion, readPolicyVersion } from './versions.ts'

/** The statement, its versions, and what is not done here. */
export function policyPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/privacy', (web) => privacyPage(app, web))
    .get('/privacy/practices', ({ html, request }) =>
      html(<PracticesPage view={viewOf(app, request)} parts={fillMarkdown(app, practicesText)} />),
    )
    .get('/privacy/versions', (web) => versionsPage(app, web))
    .get('/privacy/versions/:number', ({ params, ...web }) => versionPage(app, web, params.number))
}

function privacyPage(app: App, { html, request }: PageContext) {
  const version = currentPolicy(app)
  return html(<PolicyPage view={viewOf(app, request)} version={version} parts={fillMarkdown(app, version.text)} />)
}

function versionsPage(app: App, { html, request }: PageContext) {
  const versions = listPolicyVersions(app).map((version) => ({ ...version, standing: standingOf(app, version) }))
  return html(<PolicyVersionsPage view={viewOf(app, request)} versions={versions} />)
}

function versionPage(app: App, { html, request }: PageContext, typed: string) {
  const version = readPolicyVersion(app, parseId(typed))
  const { id, text } = version
  const filled = (source: string) => fillPlainText(app, source)
  const changes = id === 1 ? undefined : diff(filled(readPolicyVersion(app, id - 1).text), filled(text))
  const props = { version, standing: standingOf(app, version), parts: fillMarkdown(app, text), changes }
  return html(<PolicyVersionPage view={viewOf(app, request)} {...props} />)
}

function standingOf(app: App, { id, effectiveAt }: PolicyVersion): PolicyStatus {
  if (effectiveAt > app.now()) return 'coming'
  return id === currentPolicy(app).id ? 'current' : 'past'
}

/** A number in an address. Throws `not_found`. */
export function parseId(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new AppError('not_found')
  return Number(typed)
}
