import { join } from 'node:path'
import { openApp } from '../app.ts'
import type { Call, Flag } from '../command/command.ts'
import { print } from '../command/output.ts'
import { readConfig } from '../config.ts'
import { foundSchema } from '../database/found.ts'
import { schemaVersion } from '../database/migrate.ts'
import { CommandError } from '../errors.ts'
import { countDue } from '../privacy/due.ts'
import { retention } from '../privacy/promises.ts'
import { purge } from '../privacy/purge.ts'

/** `sotto purge`: destroys what is due, as the server does every minute, and says how much by each rule. */
export async function purgeNow({ given, rest, env, cwd }: Call<{ 'dry-run': Flag }>): Promise<number> {
  const { config } = readConfig({ args: rest, env, cwd })
  refuseOther(foundSchema(join(config.dataDir, 'sotto.db')))
  using app = openApp(config)
  const counts = given['dry-run'] ? countDue(app) : (await purge(app, app.now())).byRule
  for (const { rule } of retention) print(`${String(counts[rule] ?? 0).padStart(8)}  ${rule}\n`)
  return 0
}

// To open a database is to make or to migrate it, which is more than was asked for.
function refuseOther(found: number | undefined): void {
  if (found === undefined) throw new CommandError('misconfigured', 'there is no database in --data-dir')
  if (found < schemaVersion)
    throw new CommandError('misconfigured', `the database has schema ${found}: sotto migrate first`)
}
