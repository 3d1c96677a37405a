import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { isPurgeOnTime } from '../jobs/purge-health.ts'
import { canSendMail, isMailStuck } from '../mail/deliver.ts'

/**
 * Creates the health check: 200 if the database works, the purge is on time (P25) and the instance continues its last run
 * (P01), otherwise 503. Stuck mail (the
 * mail server has accepted nothing for an hour) is reported with 200, because sharing secrets still works.
 */
export function health(app: App) {
  return new Elysia({ prefix: app.config.basePath, normalize: false }).get('/healthz', async () => {
    const checks = await checkAll(app)
    const isHealthy = checks.store === 'ok' && checks.purge === 'on time' && checks.run !== 'suspended'
    return Response.json({ status: isHealthy ? 'ok' : 'failing', ...checks }, { status: isHealthy ? 200 : 503 })
  })
}

async function checkAll(app: App) {
  try {
    return {
      store: 'ok',
      purge: (await isPurgeOnTime(app)) ? 'on time' : 'late',
      run: runState(app),
      mail: mailState(app),
    }
  } catch {
    return { store: 'failing', purge: 'unknown', run: runState(app), mail: 'unknown' }
  }
}

function runState({ continuation }: App): string {
  return continuation.suspension ? 'suspended' : 'continued'
}

function mailState(app: App): string {
  if (!canSendMail(app)) return 'off'
  return isMailStuck(app) ? 'stuck' : 'on'
}
