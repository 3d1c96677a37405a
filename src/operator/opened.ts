import { join } from 'node:path'
import { type App, openApp } from '../app.ts'
import type { Call } from '../command/command.ts'
import { readConfig } from '../config.ts'
import { foundSchema } from '../database/found.ts'
import { schemaVersion } from '../database/migrate.ts'
import { CommandError } from '../errors.ts'

/** Opens the instance that the options name, where there is one: to open is to make or to migrate, which is more than was asked for. */
export function openExisting({ rest, env, cwd }: Pick<Call, 'rest' | 'env' | 'cwd'>): App {
  const { config } = readConfig({ args: rest, env, cwd })
  const found = foundSchema(join(config.dataDir, 'sotto.db'))
  if (found === undefined) throw new CommandError('misconfigured', 'there is no database in --data-dir')
  if (found < schemaVersion)
    throw new CommandError('misconfigured', `the database has schema ${found}: sotto migrate first`)
  return openApp(config)
}
