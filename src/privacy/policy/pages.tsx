import { PolicyPage, PolicyVersionPage, PolicyVersionsPage, PracticesPage } from '../../../templates/privacy/policy.tsx'
import type { App } from '../../app.ts'
import { type PageContext, pageRoutes } from '../../http/page.ts'
import { parseId } from '../../http/path-id.ts'
import { viewOf } from '../../http/render.ts'
import { diff } from './diff.ts'
import { fillMarkdown, fillPlainText } from './placeholders.ts'
import { practicesText } from './shipped.ts'
import { currentPolicy, listPolicyVersions, policyStatusOf, readPolicyVersion } from './versions.ts'

/** The pages of the privacy statement, its versions, and the Privacy First practices. */
export function policyPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/privacy', (web) => policyPage(app, web))
    .get('/privacy/practices', ({ html, request }) =>
      html(<PracticesPage view={viewOf(app, request)} blocks={fillMarkdown(app, practicesText)} />),
    )
    .get('/privacy/versions', (web) => versionsPage(app, web))
    .get('/privacy/versions/:number', ({ params, ...web }) => versionPage(app, web, parseId(params.number)))
}

function policyPage(app: App, { html, request }: PageContext) {
  const version = currentPolicy(app)
  return html(<PolicyPage view={viewOf(app, request)} version={version} blocks={fillMarkdown(app, version.text)} />)
}

function versionsPage(app: App, { html, request }: PageContext) {
  const versions = listPolicyVersions(app).map((version) => ({ ...version, status: policyStatusOf(app, version) }))
  return html(<PolicyVersionsPage view={viewOf(app, request)} versions={versions} />)
}

function versionPage(app: App, { html, request }: PageContext, id: number) {
  const version = readPolicyVersion(app, id)
  const plainText = (source: string) => fillPlainText(app, source)
  const changes = id === 1 ? undefined : diff(plainText(readPolicyVersion(app, id - 1).text), plainText(version.text))
  const props = { version, status: policyStatusOf(app, version), blocks: fillMarkdown(app, version.text), changes }
  return html(<PolicyVersionPage view={viewOf(app, request)} {...props} />)
}
