import { retentionRules } from '../../privacy/inventory/retention-rules.ts'
import { countDue } from '../../privacy/purge/count-due.ts'
import { purge } from '../../privacy/purge/purge.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp } from './with-app.ts'

/** `sotto purge`: deletes what is due, as the server does every minute, and prints the number by rule. */
export function purgeNow(invocation: Invocation<{ 'dry-run': Flag }>): Promise<number> {
  return withApp(invocation, async (app) => {
    const counts = invocation.flags['dry-run'] ? await countDue(app) : (await purge(app, app.now())).byRule
    for (const { name } of retentionRules) print(`${String(counts[name] ?? 0).padStart(8)}  ${name}\n`)
  })
}
