import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config/options.ts'
import { Misconfigured } from '../errors.ts'
import { type RootKey, toRootKey } from './sealing.ts'

/**
 * Loads the root key of this instance: from the configuration, or from the file `root.key` in the data directory, which is
 * created (mode 0600) at the first start. Throws Misconfigured if the file is invalid, or missing beside a database.
 */
export function loadRootKey(config: Config, runtime: { random(bytes: number): Uint8Array }): RootKey {
  if (config.rootKey) return toRootKey(config.rootKey)
  const path = join(config.dataDir, 'root.key')
  // Checked before the key: another process that starts at the same time creates its key first, then its database.
  const hasDatabase = existsSync(join(config.dataDir, 'sotto.db'))
  if (!existsSync(path)) {
    if (hasDatabase)
      throw new Misconfigured(`${path} is missing; restore it, because secrets cannot be decrypted without it`)
    createKeyFile(path, runtime.random(32))
  }
  deleteDrafts(path)
  const bytes = decodeBase64(readFileSync(path, 'utf8').trim())
  if (bytes?.length !== 32) throw new Misconfigured(`${path}: expected 32 bytes in base64`)
  return toRootKey(bytes)
}

/** Whether this instance has a root key: in the configuration, or in its data directory. */
export function hasRootKey(config: Config): boolean {
  return config.rootKey !== undefined || existsSync(join(config.dataDir, 'root.key'))
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text)
  } catch {
    return undefined
  }
}

// Written to a draft and linked into place: two processes that start at once agree on one key, and neither reads half of
// one. Drafts have random names, because in a container every process has the id 1.
function createKeyFile(path: string, bytes: Uint8Array): void {
  const draft = `${path}.${crypto.randomUUID()}`
  writeFileSync(draft, `${bytes.toBase64()}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

// Matches only drafts: files that an operator keeps beside the key are not touched.
const isDraft = /^root\.key\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Once the key exists a draft is useless: a killed process left it, or another process is about to find the key in place.
function deleteDrafts(path: string): void {
  for (const name of readdirSync(dirname(path)))
    if (isDraft.test(name)) rmSync(join(dirname(path), name), { force: true })
}
