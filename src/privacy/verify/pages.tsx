import { RecordPage } from '../../../templates/privacy/processing-record.tsx'
import { ProofPage } from '../../../templates/privacy/proof.tsx'
import type { App } from '../../app.ts'
import { pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { createProcessingRecord, processingRecordCsv } from '../registers/processing-record.ts'
import type { InProcessClient } from './in-process-client.ts'
import { proofOf } from './proof.ts'
import { reportJson } from './report.ts'
import { stateOf } from './verify.ts'

/** What anybody may check: whether the promises are kept, and the record of what is processed (P25, P04). */
export function proofPages(app: App, client: () => Promise<InProcessClient>) {
  const proof = () => proofOf(app, client)
  return pageRoutes(app.config.basePath)
    .get('/privacy/proof', async ({ html, request }) => {
      const report = await proof()
      const checks = report.checks.map((check) => ({ ...check, state: stateOf(check) }))
      return html(<ProofPage view={viewOf(app, request)} report={report} checks={checks} />)
    })
    .get('/privacy/proof.json', async () => Response.json(reportJson(await proof())))
    .get('/privacy/record', ({ html, request }) =>
      html(<RecordPage view={viewOf(app, request)} record={createProcessingRecord(app)} />),
    )
    .get('/privacy/record.json', () => Response.json(createProcessingRecord(app)))
    .get(
      '/privacy/record.csv',
      () =>
        new Response(processingRecordCsv(createProcessingRecord(app)), {
          headers: {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': 'attachment; filename="record-of-processing.csv"',
          },
        }),
    )
}
