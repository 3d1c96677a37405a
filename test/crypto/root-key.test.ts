import { expect, test } from 'bun:test'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadRootKey } from '../../src/crypto/root-key.ts'
import { configWith, temporaryFolder } from '../fixtures/instance.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

test('the next start deletes a draft of the root key that a killed process left, but no copy that the operator made', () => {
  using folder = temporaryFolder()
  const config = configWith({ 'data-dir': folder.path })
  const key = loadRootKey(config, { random })
  for (const name of [`root.key.${crypto.randomUUID()}`, 'root.key.bak', 'root.key.2026-11-22'])
    writeFileSync(join(folder.path, name), 'x')
  expect(loadRootKey(config, { random })).toEqual(key)
  expect(readdirSync(folder.path).sort()).toEqual(['root.key', 'root.key.2026-11-22', 'root.key.bak'])
})
