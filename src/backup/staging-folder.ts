import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { day } from '../time.ts'

type Location = { readonly dataDir: string }

/** A folder beside the database for one database file in the making. It is deleted when it is disposed. */
export interface StagingFolder extends Location, Disposable {}

const isStagingFolder = /^staging-[0-9a-f]{16}$/

/** Creates a staging folder (mode 0700) in a data directory. */
export function createStagingFolder({ dataDir }: Location, random: App['random']): StagingFolder {
  const path = join(dataDir, `staging-${random(8).toHex()}`)
  mkdirSync(path, { mode: 0o700 })
  return { dataDir: path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Deletes staging folders that a killed process left more than a day ago. */
export function deleteStagingFolders({ config, now }: Pick<App, 'config' | 'now'>): void {
  for (const name of readdirSync(config.dataDir).filter((name) => isStagingFolder.test(name))) {
    const path = join(config.dataDir, name)
    if (statSync(path).mtimeMs < now() - day) rmSync(path, { recursive: true, force: true })
  }
}
