import { join } from 'node:path'
import { readConfig } from '../../config/config.ts'
import { schemaVersion } from '../../database/migrate.ts'
import { readSchemaVersion } from '../../database/schema-version.ts'
import { openApp } from '../../open-app.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print } from '../framework/output.ts'

/** `sotto migrate`: brings the database to the schema of this program, as `serve` does at its start. */
export function migrateDatabase({ given, rest, env, cwd }: Call<{ status: Flag }>): number {
  const { config } = readConfig({ args: rest, env, cwd })
  const found = readSchemaVersion(join(config.dataDir, 'sotto.db'))
  if (!given.status) openApp(config)[Symbol.dispose]()
  print(`${wordsFor(found, given.status === true)}\n`)
  return 0
}

function wordsFor(found: number | undefined, isOnlyStatus: boolean): string {
  const before = found === undefined ? 'no database' : `schema ${found}`
  if (found === schemaVersion) return `${before}, up to date`
  return isOnlyStatus ? `${before}, this program knows ${schemaVersion}` : `${before}, now schema ${schemaVersion}`
}
