import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { isPurgeOnTime } from '../jobs/purge-health.ts'
import { canSendMail, isMailStuck } from '../mail/deliver.ts'

/**
 * Creates the health check: 200 if the database works, the purge is on time (P25), the instance continues its last run
 * (P01) and the clock is not frozen (P24), otherwise 503. Stuck mail (the mail server has accepted nothing for an hour) is
 * reported with 200, because sharing secrets still works. So is a wall clock that disagrees: the time is right without it,
 * but a restart would take it over.
 */
export function health(app: App) {
  return new Elysia({ prefix: app.config.basePath, normalize: false }).get('/healthz', async () => {
    const checks = await checkAll(app)
    const isHealthy =
      checks.store === 'ok' && checks.purge === 'on time' && checks.run !== 'suspended' && checks.clock !== 'frozen'
    return Response.json({ status: isHealthy ? 'ok' : 'failing', ...checks }, { status: isHealthy ? 200 : 503 })
  })
}

async function checkAll(app: App) {
  try {
    return {
      store: 'ok',
      purge: (await isPurgeOnTime(app)) ? 'on time' : 'late',
      run: runState(app),
      clock: app.clock.check(),
      mail: mailState(app),
    }
  } catch {
    return { store: 'failing', purge: 'unknown', run: runState(app), clock: app.clock.check(), mail: 'unknown' }
  }
}

function runState({ continuation }: App): string {
  return continuation.suspension ? 'suspended' : 'continued'
}

function mailState(app: App): string {
  if (!canSendMail(app)) return 'off'
  return isMailStuck(app) ? 'stuck' : 'on'
}
