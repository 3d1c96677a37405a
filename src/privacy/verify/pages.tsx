import { VerificationPage } from '../../../templates/privacy/proof.tsx'
import type { App } from '../../app.ts'
import { pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { cachedReport } from './cached-report.ts'
import type { InProcessClient } from './in-process-client.ts'
import { reportJson } from './report.ts'
import { stateOf } from './verify.ts'

/** The public verification report as a page and as JSON (P25). */
export function verificationPages(app: App, client: () => Promise<InProcessClient>) {
  return pageRoutes(app.config.basePath)
    .get('/privacy/proof', async ({ html, request }) => {
      const report = await cachedReport(app, client)
      const checks = report.checks.map((check) => ({ ...check, state: stateOf(check) }))
      return html(<VerificationPage view={viewOf(app, request)} report={report} checks={checks} />)
    })
    .get('/privacy/proof.json', async () => Response.json(reportJson(await cachedReport(app, client))))
}
