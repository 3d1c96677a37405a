import { PolicyPage, PolicyVersionPage, PolicyVersionsPage, PracticesPage } from '../../../templates/privacy/policy.tsx'
import type { App } from '../../app.ts'
import { listRestorations } from '../../continuation/restorations.ts'
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
    .get('/privacy', (context) => policyPage(app, context))
    .get('/privacy/practices', async ({ html, request }) =>
      html(<PracticesPage view={viewOf(app, request)} blocks={await fillMarkdown(app, practicesText)} />),
    )
    .get('/privacy/versions', (context) => versionsPage(app, context))
    .get('/privacy/versions/:number', ({ params, ...context }) => versionPage(app, context, parseId(params.number)))
}

async function policyPage(app: App, { html, request }: PageContext) {
  const version = await currentPolicy(app)
  return html(
    <PolicyPage
      view={viewOf(app, request)}
      version={version}
      blocks={await fillMarkdown(app, version.text)}
      restorations={await listRestorations(app)}
    />,
  )
}

async function versionsPage(app: App, { html, request }: PageContext) {
  const current = await currentPolicy(app)
  const versions = (await listPolicyVersions(app)).map((version) => ({
    ...version,
    status: policyStatusOf(app, version, current),
  }))
  return html(<PolicyVersionsPage view={viewOf(app, request)} versions={versions} />)
}

async function versionPage(app: App, { html, request }: PageContext, id: number) {
  const version = await readPolicyVersion(app, id)
  const plainText = (source: string) => fillPlainText(app, source)
  const changes =
    id === 1
      ? undefined
      : diff(await plainText((await readPolicyVersion(app, id - 1)).text), await plainText(version.text))
  const props = {
    version,
    status: policyStatusOf(app, version, await currentPolicy(app)),
    blocks: await fillMarkdown(app, version.text),
    changes,
  }
  return html(<PolicyVersionPage view={viewOf(app, request)} {...props} />)
}
