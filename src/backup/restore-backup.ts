import { existsSync, renameSync } from 'node:fs'
import type { App } from '../app.ts'
import { syncFolder } from '../continuation/replace-file.ts'
import { drawRunMark } from '../continuation/run-marks.ts'
import { requireSameInstance } from '../database/instance.ts'
import { databaseFileOf, openDatabase, releaseDatabase, schemaVersion } from '../database/open.ts'
import { query } from '../database/query.ts'
import { run } from '../database/unit.ts'
import { AppError } from '../errors.ts'
import { addErasures } from '../privacy/rights/erasures.ts'
import { entryNames } from './archive.ts'
import { ArchiveReader } from './archive-reader.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { createStagingFolder, type StagingFolder } from './staging-folder.ts'

/** The parts of an instance into which a backup is restored. No process has its database open. */
export type RestoreTarget = Pick<App, 'config' | 'root' | 'random'>

/**
 * Puts the database of a backup in the place of the current one, and adds the erasures in it to the recorded ones. Its schema
 * is migrated first. The instance is suspended until the restore is accepted (`acceptRestore`). If it throws, nothing was
 * changed: `database_exists` unless `isReplacing`, `database_in_use`, `backup_damaged`, `backup_newer`, or Misconfigured if
 * the backup belongs to another region (P17) or another root key.
 */
export async function restoreBackup(target: RestoreTarget, path: string, isReplacing: boolean): Promise<Manifest> {
  const { config, random } = target
  if (!isReplacing && existsSync(databaseFileOf(config))) throw new AppError('database_exists')
  using staging = createStagingFolder(config, random)
  const { manifest, erasures } = unpack(target, path, staging)
  await prepareDatabase(staging, drawRunMark(target))
  if (!(await releaseDatabase(config))) throw new AppError('database_in_use')
  addErasures(target, erasures)
  renameSync(databaseFileOf(staging), databaseFileOf(config))
  syncFolder(config.dataDir)
  return manifest
}

function unpack({ config, root }: RestoreTarget, path: string, staging: StagingFolder) {
  using reader = new ArchiveReader(path)
  const manifest = parseManifest(reader.readBytes(entryNames.manifest))
  reader.extract(entryNames.database, databaseFileOf(staging))
  const erasures = Buffer.from(reader.readBytes(entryNames.erasures)).toString()
  const isSealedWith = reader.finish()
  requireSameInstance(manifest, config, root)
  if (!isSealedWith(root)) throw new AppError('backup_damaged')
  if (manifest.schema > schemaVersion)
    throw new AppError('backup_newer', { found: manifest.schema, supported: schemaVersion })
  return { manifest, erasures }
}

// With a mark that no run file has, the instance is suspended at every start until the restore is accepted.
async function prepareDatabase(staging: StagingFolder, run_mark: string): Promise<void> {
  await using db = await openDatabase(staging, () => false)
  await db.commit(() => run(query.updateTable('instance').set({ run_mark, previous_run_mark: null })))
}
