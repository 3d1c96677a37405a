import { perform } from '../../control/perform.ts'
import { retentionRules } from '../../privacy/inventory/retention-rules.ts'
import { countDue } from '../../privacy/purge/count-due.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto purge`: deletes what is due, as the server does every minute, and prints the number by rule. */
export function purgeNow(invocation: Invocation<{ 'dry-run': Flag }>): Promise<number> {
  if (invocation.flags['dry-run']) return withReadOnlyApp(invocation, async (app) => printCounts(await countDue(app)))
  return withApp(invocation, async (app) => printCounts(await perform(app, 'purge', null)))
}

function printCounts(counts: Readonly<Record<string, number>>): void {
  for (const { name } of retentionRules) print(`${String(counts[name] ?? 0).padStart(8)}  ${name}\n`)
}
