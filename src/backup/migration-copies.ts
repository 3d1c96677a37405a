import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { readSchemaVersion, schemaVersion } from '../database/open.ts'
import { Misconfigured, systemErrorCode } from '../errors.ts'
import { backupRetention } from '../privacy/inventory/periods.ts'
import { day, startOfDay, toIsoDay } from '../time.ts'
import { createStagingFolder } from './staging-folder.ts'
import { type BackupSource, writeBackupFile } from './write-backup.ts'

/**
 * Makes a backup beside the database if it is about to be migrated: `sotto.db.before-3.2026-11-21.tar` before a migration to
 * schema 3. The previous version of the program can restore it. Throws Misconfigured.
 */
export async function backUpBeforeMigration(source: BackupSource): Promise<void> {
  const { config, now, random } = source
  const found = await readSchemaVersion(config)
  if (!found || found >= schemaVersion) return
  const path = join(config.dataDir, `sotto.db.before-${schemaVersion}.${toIsoDay(now())}.tar`)
  if (existsSync(path)) return
  using staging = createStagingFolder(config, random)
  try {
    await writeBackupFile(source, path, join(staging.dataDir, 'backup'))
  } catch (error) {
    const reason = systemErrorCode(error)
    throw new Misconfigured(`cannot back up the database before it is migrated (${reason}); nothing was changed`)
  }
}

/** Deletes the backups from before migrations at the end of their retention period (P22). */
export function deleteMigrationCopies({ config, now }: Pick<App, 'config' | 'now'>): void {
  // One that seems to be from the future was made while the clock was ahead.
  for (const { path, madeOn } of listMigrationCopies(config))
    if (madeOn + backupRetention <= now() || madeOn > startOfDay(now()) + day) rmSync(path, { force: true })
}

/** Lists the backups from before migrations, with the day on which they were made. */
export function listMigrationCopies({ dataDir }: { readonly dataDir: string }): { path: string; madeOn: number }[] {
  return readdirSync(dataDir).flatMap((name) => {
    const [, madeOn] = /^sotto\.db\.before-\d+\.(\d{4}-\d\d-\d\d)\.tar$/.exec(name) ?? []
    return madeOn === undefined ? [] : [{ path: join(dataDir, name), madeOn: Date.parse(madeOn) }]
  })
}
