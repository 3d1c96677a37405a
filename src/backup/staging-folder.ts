import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { day } from '../time.ts'

type Location = { readonly dataDir: string }

/** A folder beside the database for one database file in the making. It is deleted when it is disposed. */
export interface StagingFolder extends Location, Disposable {}

// In bytes.
const shrinkStep = 4 * 2 ** 20

const isStagingFolder = /^staging-[0-9a-f]{16}$/

/** Creates a staging folder (mode 0700) in a data directory, which is created if it does not exist. */
export function createStagingFolder({ dataDir }: Location, random: App['random']): StagingFolder {
  const path = join(dataDir, `staging-${random(8).toHex()}`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return { dataDir: path, [Symbol.dispose]: () => deleteFolder(path) }
}

/** Deletes staging folders that a killed process left more than a day ago. */
export function deleteStagingFolders({ config, now }: Pick<App, 'config' | 'now'>): void {
  for (const name of readdirSync(config.dataDir).filter((name) => isStagingFolder.test(name))) {
    const path = join(config.dataDir, name)
    if (statSync(path).mtimeMs < now() - day) deleteFolder(path)
  }
}

function deleteFolder(path: string): void {
  for (const name of readdirSync(path)) shrink(join(path, name))
  rmSync(path, { recursive: true, force: true })
}

// Freeing a large file at once keeps the disk busy, and a server that syncs its database would wait for that.
function shrink(path: string): void {
  const file = openSync(path, 'r+')
  try {
    for (let size = statSync(path).size; size > 0; size -= shrinkStep) {
      ftruncateSync(file, Math.max(0, size - shrinkStep))
      fsyncSync(file)
    }
  } finally {
    closeSync(file)
  }
}
