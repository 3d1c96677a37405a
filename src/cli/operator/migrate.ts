import { join } from 'node:path'
import { readConfig } from '../../config/config.ts'
import { schemaVersion } from '../../database/migrate.ts'
import { schemaVersionOf } from '../../database/schema-version.ts'
import { openApp } from '../../open-app.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'

/** `sotto migrate`: brings the database to the schema of this program, as `serve` does at its start. */
export function migrateDatabase({ flags, serverArgs, env, cwd }: Invocation<{ status: Flag }>): number {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  const found = schemaVersionOf(join(config.dataDir, 'sotto.db'))
  if (!flags.status) openApp(config)[Symbol.dispose]()
  print(`${wordsFor(found, flags.status === true)}\n`)
  return 0
}

function wordsFor(found: number | undefined, isOnlyStatus: boolean): string {
  const before = found === undefined ? 'no database' : `schema ${found}`
  if (found === schemaVersion) return `${before}, up to date`
  return isOnlyStatus ? `${before}, this program knows ${schemaVersion}` : `${before}, now schema ${schemaVersion}`
}
