import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { purgeIsOnTime } from '../jobs/jobs.ts'
import { canSendMail, isMailStuck } from '../mail/deliver.ts'

/**
 * 200 while the store answers and the purge is on time (P25), 503 otherwise; says which. It also says when mail is
 * stuck: the mail server has taken nothing for an hour. Secrets are shared all the same, so that alone is no 503.
 */
export function health(app: App) {
  return new Elysia({ prefix: app.config.basePath, normalize: false }).get('/healthz', () => {
    const checks = checkAll(app)
    const isWell = checks.store === 'ok' && checks.purge === 'on time'
    return Response.json({ status: isWell ? 'ok' : 'failing', ...checks }, { status: isWell ? 200 : 503 })
  })
}

function checkAll(app: App) {
  try {
    return { store: 'ok', purge: purgeIsOnTime(app) ? 'on time' : 'late', mail: mailState(app) }
  } catch {
    return { store: 'failing', purge: 'unknown', mail: 'unknown' }
  }
}

function mailState(app: App): string {
  if (!canSendMail(app)) return 'off'
  return isMailStuck(app) ? 'stuck' : 'on'
}
