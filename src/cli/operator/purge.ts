import { retentionRules } from '../../privacy/inventory/retention-rules.ts'
import { countDue } from '../../privacy/purge/count-due.ts'
import { purge } from '../../privacy/purge/purge.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp } from './with-app.ts'

/** `sotto purge`: destroys what is due, as the server does every minute, and says how much by each rule. */
export function purgeNow(call: Call<{ 'dry-run': Flag }>): Promise<number> {
  return withApp(call, async (app) => {
    const counts = call.given['dry-run'] ? countDue(app) : (await purge(app, app.now())).byRule
    for (const { name } of retentionRules) print(`${String(counts[name] ?? 0).padStart(8)}  ${name}\n`)
  })
}
