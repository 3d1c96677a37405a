import { ProcessingRecordPage } from '../../../templates/privacy/processing-record.tsx'
import type { App } from '../../app.ts'
import { pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { createProcessingRecord, processingRecordCsv } from './processing-record.ts'

const csvHeaders = {
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': 'attachment; filename="record-of-processing.csv"',
}

/** The public record of processing activities as a page, JSON and CSV (P04). */
export function processingRecordPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/privacy/record', async ({ html, request }) =>
      html(<ProcessingRecordPage view={viewOf(app, request)} record={await createProcessingRecord(app)} />),
    )
    .get('/privacy/record.json', async () => Response.json(await createProcessingRecord(app)))
    .get(
      '/privacy/record.csv',
      async () => new Response(processingRecordCsv(await createProcessingRecord(app)), { headers: csvHeaders }),
    )
}
