import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { purgeIsOnTime } from '../jobs.ts'

/** 200 while the store answers and the purge is on time (P25), 503 otherwise; says which. */
export function health(app: App) {
  return new Elysia({ prefix: app.config.basePath, normalize: false }).get('/healthz', () => {
    const purge = purgeIsOnTime(app) ? 'on time' : 'late'
    return Response.json(
      { status: purge === 'late' ? 'failing' : 'ok', purge },
      { status: purge === 'late' ? 503 : 200 },
    )
  })
}
