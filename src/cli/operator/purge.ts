import { retention } from '../../privacy/inventory/inventory.ts'
import { countDue } from '../../privacy/purge/due.ts'
import { purge } from '../../privacy/purge/purge.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp } from './with-app.ts'

/** `sotto purge`: destroys what is due, as the server does every minute, and says how much by each rule. */
export function purgeNow(call: Invocation<{ 'dry-run': Flag }>): Promise<number> {
  return withApp(call, async (app) => {
    const counts = call.flags['dry-run'] ? countDue(app) : (await purge(app, app.now())).byRule
    for (const { rule } of retention) print(`${String(counts[rule] ?? 0).padStart(8)}  ${rule}\n`)
  })
}
