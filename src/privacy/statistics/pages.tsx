import { StatisticsPage } from '../../../templates/privacy/statistics.tsx'
import type { App } from '../../app.ts'
import { contextOf } from '../../http/context.ts'
import { pageRoutes } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { toIsoDay } from '../../time.ts'
import { minCellSize } from '../inventory/limits.ts'
import { readStatistics } from './statistics.ts'

/** The daily counts as a page and as JSON, if the operator publishes them to the visitor (P11). */
export function statisticsPages(app: App) {
  const daysFor = (request: Request) => readStatistics(app, contextOf(request).actor)
  return pageRoutes(app.config.basePath)
    .get('/statistics', async ({ html, request }) =>
      html(<StatisticsPage view={viewOf(app, request)} days={await daysFor(request)} minCellSize={minCellSize} />),
    )
    .get('/statistics.json', async ({ request }) =>
      Response.json({
        region: app.config.region,
        smallest_cell: minCellSize,
        days: (await daysFor(request)).map(({ day, ...counts }) => ({
          day: toIsoDay(day),
          ...counts,
        })),
      }),
    )
}
