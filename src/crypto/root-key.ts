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
import { type RootKey, rootKey } from './sealing.ts'

/** The root key of this instance: from the configuration, or the file `root.key` of the data directory, which is made (mode 0600) at first start. */
export function openRootKey(config: Config, outside: { random(bytes: number): Uint8Array }): RootKey {
  if (config.rootKey) return rootKey(config.rootKey)
  const path = join(config.dataDir, 'root.key')
  // Looked for first: whoever makes a database has made its key before.
  const isUsed = existsSync(join(config.dataDir, 'sotto.db'))
  if (!existsSync(path)) {
    if (isUsed) throw new Misconfigured(`${path} is missing: put it back, nothing in the database opens without it`)
    makeKey(path, outside.random(32))
  }
  dropDrafts(path)
  const bytes = decoded(readFileSync(path, 'utf8').trim())
  if (bytes?.length !== 32) throw new Misconfigured(`${path}: expected 32 bytes in base64`)
  return rootKey(bytes)
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text)
  } catch {
    return undefined
  }
}

// Written beside its place and linked into it: two processes that start at once agree on one key, and none reads half of
// one. No two drafts share a name, for in a container every process is number 1, the one that was cut off too.
function makeKey(path: string, bytes: Uint8Array): void {
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

// By nothing but the name that makeKey gives: what an operator keeps beside the key is not touched.
const isDraft = /^root\.key\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Once there is a key, a draft is of no use: whoever was cut off while making one left it, and whoever makes one now
// finds the key in its place.
function dropDrafts(path: string): void {
  for (const name of readdirSync(dirname(path)))
    if (isDraft.test(name)) rmSync(join(dirname(path), name), { force: true })
}
