import type { App } from '../../app.ts'
import { minute } from '../../time.ts'
import type { InProcessClient } from './in-process-client.ts'
import type { Report } from './verification.ts'
import { verify } from './verify.ts'

const cacheTime = minute

/** What a look at everything found, at most a minute ago: anybody may ask, and nobody can make the server look all day. */
export function cachedReport(app: App, client: () => Promise<InProcessClient>): Promise<Report> {
  const { reportCache } = app
  const known = reportCache.current
  const now = app.monotonic()
  if (known && now < known.until) return known.report
  const report = client().then((found) => verify(app, found))
  reportCache.current = { until: now + cacheTime, report }
  report.catch(() => {
    reportCache.current = undefined
  })
  return report
}
