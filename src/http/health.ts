import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { purgeIsOnTime } from '../jobs.ts'
import { canMail, mailIsStuck } from '../mail/deliver.ts'

/**
 * 200 while the store answers, the purge is on time (P25) and mail goes out, 503 otherwise; says which. Mail is stuck
 * where the mail server has taken nothing for an hour, never because of one address: nobody can turn this red by a name.
 */
export function health(app: App) {
  return new Elysia({ prefix: app.config.basePath, normalize: false }).get('/healthz', () => {
    const checks = checkAll(app)
    const isWell = checks.store === 'ok' && checks.purge === 'on time' && checks.mail !== 'stuck'
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
  if (!canMail(app)) return 'off'
  return mailIsStuck(app) ? 'stuck' : 'on'
}
