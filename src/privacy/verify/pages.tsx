import { ProcessingRecordPage } from '../../../templates/privacy/processing-record.tsx'
import { VerificationPage } from '../../../templates/privacy/proof.tsx'
import type { App } from '../../app.ts'
import { pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { recordCsv, recordOf } from '../registers/processing-record.ts'
import { cachedReport } from './cached-report.ts'
import type { InProcessClient } from './in-process-client.ts'
import { reportJson } from './report.ts'
import { stateOf } from './verify.ts'

/** Pages that anyone can read: the verification report (P25) and the record of processing (P04). */
export function verificationPages(app: App, client: () => Promise<InProcessClient>) {
  return pageRoutes(app.config.basePath)
    .get('/privacy/proof', async ({ html, request }) => {
      const report = await cachedReport(app, client)
      const checks = report.checks.map((check) => ({ ...check, state: stateOf(check) }))
      return html(<VerificationPage view={viewOf(app, request)} report={report} checks={checks} />)
    })
    .get('/privacy/proof.json', async () => Response.json(reportJson(await cachedReport(app, client))))
    .get('/privacy/record', ({ html, request }) =>
      html(<ProcessingRecordPage view={viewOf(app, request)} record={recordOf(app)} />),
    )
    .get('/privacy/record.json', () => Response.json(recordOf(app)))
    .get(
      '/privacy/record.csv',
      () =>
        new Response(recordCsv(recordOf(app)), {
          headers: {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': 'attachment; filename="record-of-processing.csv"',
          },
        }),
    )
}
