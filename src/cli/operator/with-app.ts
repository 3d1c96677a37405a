import { join } from 'node:path'
import type { App } from '../../app.ts'
import { readConfig } from '../../config/config.ts'
import { schemaVersion } from '../../database/migrate.ts'
import { readSchemaVersion } from '../../database/schema-version.ts'
import { AppError, CommandError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import { openApp, openReadOnly } from '../../open-app.ts'
import type { Call } from '../framework/command.ts'

/** Does `work` with the instance of this configuration, beside a server that may be running; resolves to exit code 0. */
export async function withApp(
  { rest, env, cwd }: Pick<Call, 'rest' | 'env' | 'cwd'>,
  work: (app: App) => Promise<void> | void,
): Promise<number> {
  const { config } = readConfig({ args: rest, env, cwd })
  refuseOther(readSchemaVersion(join(config.dataDir, 'sotto.db')))
  using app = openApp(config)
  try {
    await work(app)
    return 0
  } catch (error) {
    throw error instanceof AppError ? new CommandError(error.kind, text(`error.${error.code}`, error.facts)) : error
  }
}

/** The instance of this configuration, only to be looked at; nothing of it changes. Close it with `using`. */
export function openReadOnlyApp({ rest, env, cwd }: Pick<Call, 'rest' | 'env' | 'cwd'>): App {
  const { config } = readConfig({ args: rest, env, cwd })
  refuseOther(readSchemaVersion(join(config.dataDir, 'sotto.db')))
  return openReadOnly(config)
}

// To open a database is to make or to migrate it, which is more than was asked for.
function refuseOther(found: number | undefined): void {
  if (found === undefined) throw new CommandError('misconfigured', 'there is no database in --data-dir')
  if (found < schemaVersion)
    throw new CommandError('misconfigured', `the database has schema ${found}: sotto migrate first`)
}
