import { existsSync, renameSync } from 'node:fs'
import type { App } from '../app.ts'
import { drawRunMark } from '../continuation/run-marks.ts'
import { hasRootKey, loadRootKey } from '../crypto/root-key.ts'
import type { RootKey } from '../crypto/sealing.ts'
import { requireSameInstance } from '../database/instance.ts'
import { databaseFileOf, openDatabase, releaseDatabase, schemaVersion } from '../database/open.ts'
import { query } from '../database/query.ts'
import type { Schema } from '../database/schema/schema.ts'
import { run } from '../database/unit.ts'
import { syncFolder } from '../durable-file.ts'
import { AppError, Misconfigured } from '../errors.ts'
import { addErasures } from '../privacy/rights/erasures.ts'
import { entryNames } from './archive.ts'
import { ArchiveReader } from './archive-reader.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { createStagingFolder, type StagingFolder } from './staging-folder.ts'

/** The parts of an instance into which a backup is restored. No process has its database open. */
export type RestoreTarget = Pick<App, 'config' | 'random'>

/**
 * Puts the database of a backup in the place of the current one, and adds the erasures in it to the recorded ones. Its schema
 * is migrated first. If there is no root key, a new one is created, unless something in the backup is sealed with the old
 * one. `file` is the backup, open for reading. The instance is suspended until the restore is accepted (`acceptRestore`).
 *
 * Nothing is changed if it throws: `database_exists` unless `isReplacing`, `database_in_use`, `backup_damaged`,
 * `backup_newer`, or Misconfigured if the backup belongs to another region (P17) or another root key, or needs the one that is
 * missing.
 */
export async function restoreBackup(target: RestoreTarget, file: number, isReplacing: boolean): Promise<Manifest> {
  const { config, random } = target
  if (!isReplacing && existsSync(databaseFileOf(config))) throw new AppError('database_exists')
  using staging = createStagingFolder(config, random)
  const { manifest, erasures } = unpack(target, file, staging)
  const { id } = loadRootKey(config, target)
  await prepareDatabase(staging, { run_mark: drawRunMark(target), key_id: id })
  if (!(await releaseDatabase(config))) throw new AppError('database_in_use')
  addErasures(target, erasures)
  renameSync(databaseFileOf(staging), databaseFileOf(config))
  syncFolder(config.dataDir)
  return manifest
}

function unpack(target: RestoreTarget, file: number, staging: StagingFolder) {
  const reader = new ArchiveReader(file)
  const manifest = parseManifest(reader.readBytes(entryNames.manifest))
  reader.extract(entryNames.database, databaseFileOf(staging))
  const erasures = Buffer.from(reader.readBytes(entryNames.erasures)).toString()
  const isSealedWith = reader.finish()
  requireRightKey(target, manifest, isSealedWith)
  if (manifest.schema > schemaVersion)
    throw new AppError('backup_newer', { found: manifest.schema, supported: schemaVersion })
  return { manifest, erasures }
}

function requireRightKey(target: RestoreTarget, manifest: Manifest, isSealedWith: (root: RootKey) => boolean): void {
  const { config } = target
  if (hasRootKey(config)) {
    const root = loadRootKey(config, target)
    requireSameInstance(manifest, config, root)
    if (!isSealedWith(root)) throw new AppError('backup_damaged')
  } else requireNothingSealed(config, manifest)
}

// The tables with values that are sealed, or keyed, with the root key.
const sealedTables = ['account', 'message', 'disclosure', 'legal_hold', 'refusal'] as const satisfies (keyof Schema)[]

function requireNothingSealed(config: RestoreTarget['config'], { region, key_id, rows }: Manifest): void {
  requireSameInstance({ region, key_id }, config, { id: key_id })
  if (sealedTables.some((table) => rows[table] !== 0))
    throw new Misconfigured(
      `there is no root key in ${config.dataDir}; first put the file root.key of the instance there, because a backup does not contain it`,
    )
}

// With a mark that no run file has, the instance is suspended at every start until the restore is accepted.
async function prepareDatabase(
  staging: StagingFolder,
  stamp: { readonly run_mark: string; readonly key_id: string },
): Promise<void> {
  await using db = await openDatabase(staging, () => false)
  await db.commit(() => run(query.updateTable('instance').set({ ...stamp, previous_run_mark: null })))
}
