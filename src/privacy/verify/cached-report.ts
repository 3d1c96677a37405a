import type { App } from '../../app.ts'
import { minute } from '../../time.ts'
import type { InProcessClient } from './in-process-client.ts'
import type { Report } from './verification.ts'
import { verify } from './verify.ts'

const maxAge = minute

/** Returns a verification report that is at most a minute old, so that public requests cannot keep the server verifying. */
export function cachedReport(app: App, client: () => Promise<InProcessClient>): Promise<Report> {
  const { reportCache } = app
  const cached = reportCache.current
  const now = app.monotonic()
  if (cached && now < cached.until) return cached.report
  const report = client().then((inProcess) => verify(app, inProcess))
  reportCache.current = { until: now + maxAge, report }
  void report.catch(() => {
    reportCache.current = undefined
  })
  return report
}
