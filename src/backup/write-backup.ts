import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { App } from '../app.ts'
import { copyDatabase, databaseFileOf } from '../database/open.ts'
import { syncFolder, writeFully } from '../durable-file.ts'
import { backedUpRows } from '../privacy/inventory/backup-rows.ts'
import { readErasures } from '../privacy/rights/erasures.ts'
import { toIso } from '../time.ts'
import { version } from '../version.ts'
import { entryNames } from './archive.ts'
import { ArchiveWriter } from './archive-writer.ts'
import { backupFormat, type Manifest } from './manifest.ts'
import { createStagingFolder } from './staging-folder.ts'

/** The parts of an instance from which a backup is made. Its database may be open in other processes. */
export type BackupSource = Pick<App, 'config' | 'root' | 'now' | 'random'>

// In bytes. What is written is on disk before more follows, so that a server does not wait for it when it syncs its database.
const maxUnsynced = 4 * 2 ** 20

/**
 * Makes a backup of an instance while it is in use, and passes it to `write` as a tar archive: the manifest, the database
 * without anything that opens a secret or signs someone in, and the recorded erasures, but never the root key. Throws
 * `too_busy` if too much is written to the database meanwhile.
 */
export async function writeBackup(source: BackupSource, write: (bytes: Uint8Array) => void): Promise<Manifest> {
  const { config, root, now, random } = source
  const madeAt = now()
  using staging = createStagingFolder(config, random)
  const { schemaVersion, region, keyId, rows } = await copyDatabase(config, staging, backedUpRows)
  const manifest: Manifest = {
    format: backupFormat,
    program: version,
    schema: schemaVersion,
    region: region ?? config.region,
    key_id: keyId ?? root.id,
    made_at: toIso(madeAt),
    rows,
  }
  const archive = new ArchiveWriter(write, madeAt)
  archive.addText(entryNames.manifest, `${JSON.stringify(manifest, null, 2)}\n`)
  archive.addFile(entryNames.database, databaseFileOf(staging))
  // Read after the database: an erasure is recorded before it is committed.
  archive.addText(entryNames.erasures, readErasures(source))
  archive.finish(root)
  return manifest
}

/**
 * Writes a backup to a new file (mode 0600), which is complete and durable when it appears at `path`. Until then it is at
 * `draft`, on the same file system.
 */
export async function writeBackupFile(source: BackupSource, path: string, draft = `${path}.new`): Promise<Manifest> {
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    const manifest = await writeBackup(source, syncedWriter(file))
    fsyncSync(file)
    renameSync(draft, path)
    syncFolder(dirname(path))
    return manifest
  } finally {
    closeSync(file)
    rmSync(draft, { force: true })
  }
}

function syncedWriter(file: number): (bytes: Uint8Array) => void {
  let unsynced = 0
  return (bytes) => {
    writeFully(file, bytes)
    unsynced += bytes.length
    if (unsynced < maxUnsynced) return
    fsyncSync(file)
    unsynced = 0
  }
}
