import {
  PracticesPage,
  PrivacyPage,
  type Standing,
  VersionPage,
  VersionsPage,
} from '../../../templates/privacy/policy.tsx'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { type PageContext, pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { diff } from './diff.ts'
import { compose, filledText } from './placeholders.ts'
import { practicesText } from './shipped.ts'
import { currentPolicy, listPolicyVersions, type PolicyVersion, readPolicyVersion } from './versions.ts'

/** The statement, its versions, and what is not done here. */
export function statementPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/privacy', (web) => privacyPage(app, web))
    .get('/privacy/practices', ({ html, request }) =>
      html(<PracticesPage view={viewOf(app, request)} parts={compose(app, practicesText)} />),
    )
    .get('/privacy/versions', (web) => versionsPage(app, web))
    .get('/privacy/versions/:number', ({ params, ...web }) => versionPage(app, web, params.number))
}

function privacyPage(app: App, { html, request }: PageContext) {
  const version = currentPolicy(app)
  return html(<PrivacyPage view={viewOf(app, request)} version={version} parts={compose(app, version.text)} />)
}

function versionsPage(app: App, { html, request }: PageContext) {
  const versions = listPolicyVersions(app).map((version) => ({ ...version, standing: standingOf(app, version) }))
  return html(<VersionsPage view={viewOf(app, request)} versions={versions} />)
}

function versionPage(app: App, { html, request }: PageContext, typed: string) {
  const version = readPolicyVersion(app, numberOf(typed))
  const { number, text } = version
  const filled = (source: string) => filledText(app, source)
  const changes = number === 1 ? undefined : diff(filled(readPolicyVersion(app, number - 1).text), filled(text))
  const props = { version, standing: standingOf(app, version), parts: compose(app, text), changes }
  return html(<VersionPage view={viewOf(app, request)} {...props} />)
}

function standingOf(app: App, { number, effectiveAt }: PolicyVersion): Standing {
  if (effectiveAt > app.now()) return 'coming'
  return number === currentPolicy(app).number ? 'current' : 'past'
}

/** A number in an address. Throws `not_found`. */
export function numberOf(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new AppError('not_found')
  return Number(typed)
}
