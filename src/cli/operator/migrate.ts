import { readConfig } from '../../config/config.ts'
import { readSchemaVersion, schemaVersion } from '../../database/open.ts'
import { openApp } from '../../open-app.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { takeFolderOwner } from './folder-owner.ts'

/** `sotto migrate`: migrates the database to the schema of this program, as `serve` does at its start. */
export async function migrateDatabase({ flags, serverArgs, env, cwd }: Invocation<{ status: Flag }>): Promise<number> {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  takeFolderOwner(config)
  const version = await readSchemaVersion(config)
  if (!flags.status) await (await openApp(config))[Symbol.asyncDispose]()
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
