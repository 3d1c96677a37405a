import { join } from 'node:path'
import { readConfig } from '../../config/config.ts'
import { schemaVersion } from '../../database/migrate.ts'
import { readSchemaVersion } from '../../database/schema-version.ts'
import { openApp } from '../../open-app.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'

/** `sotto migrate`: migrates the database to the schema of this program, as `serve` does at its start. */
export function migrateDatabase({ flags, serverArgs, env, cwd }: Invocation<{ status: Flag }>): number {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  const version = readSchemaVersion(join(config.dataDir, 'sotto.db'))
  if (!flags.status) openApp(config)[Symbol.dispose]()
  print(`${describe(version, flags.status === true)}\n`)
  return 0
}

function describe(version: number | undefined, isStatusOnly: boolean): string {
  const before = version === undefined ? 'no database' : `schema ${version}`
  if (version === schemaVersion) return `${before}, up to date`
  return isStatusOnly
    ? `${before}, this version supports ${schemaVersion}`
    : `${before}, migrated to schema ${schemaVersion}`
}
