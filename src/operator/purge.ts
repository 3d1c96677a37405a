import type { Call, Flag } from '../command/command.ts'
import { print } from '../command/output.ts'
import { countDue } from '../privacy/due.ts'
import { retention } from '../privacy/promises.ts'
import { purge } from '../privacy/purge.ts'
import { withInstance } from './opened.ts'

/** `sotto purge`: destroys what is due, as the server does every minute, and says how much by each rule. */
export function purgeNow(call: Call<{ 'dry-run': Flag }>): Promise<number> {
  return withInstance(call, async (app) => {
    const counts = call.given['dry-run'] ? countDue(app) : (await purge(app, app.now())).byRule
    for (const { rule } of retention) print(`${String(counts[rule] ?? 0).padStart(8)}  ${rule}\n`)
  })
}
