import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { ConfigInputs } from '../../src/config/sources.ts'
import { workspace } from '../fixtures/workspace.ts'

const { folder, read, faults, fault, report, file, credentials } = workspace()
const keyBytes = new Uint8Array(32).map((_, index) => index * 8 + 3)
const keyText = keyBytes.toBase64()

describe('a secret option', () => {
  test.each([
    ['base64', keyText],
    ['base64 without padding', keyText.replace('=', '')],
    ['base64url', keyBytes.toBase64({ alphabet: 'base64url' })],
    ['hex', keyBytes.toHex()],
  ])('is read as %s from a variable, the file, a file of its own and a credential', (_, text) => {
    const own = file(`\n${text}\n`)
    const everywhere: [Partial<ConfigInputs>, string][] = [
      [{ env: { SOTTO_ROOT_KEY: text } }, 'environment'],
      [{ env: { SOTTO_ROOT_KEY_FILE: own } }, 'environment'],
      [{ args: ['--root-key-file', own] }, 'flag'],
      [{ defaultFile: file(`root-key = "${text}"`) }, 'file'],
      [{ defaultFile: file(`root-key-file = "${own}"`) }, 'file'],
      [{ env: { CREDENTIALS_DIRECTORY: credentials(text) } }, 'credential'],
    ]
    for (const [sources, origin] of everywhere) {
      const { config, valueSources } = read(sources)
      expect(config.rootKey).toEqual(keyBytes)
      expect(valueSources['root-key']).toBe(origin as 'flag')
    }
  })

  test('comes from the credential only if nothing else sets it', () => {
    const env = { CREDENTIALS_DIRECTORY: credentials('nonsense'), SOTTO_ROOT_KEY: keyText }
    expect(read({ env }).config.rootKey).toEqual(keyBytes)
    expect(read({ env: { CREDENTIALS_DIRECTORY: join(folder, 'none') } }).config.rootKey).toBeUndefined()
  })

  test('given both as value and as file is a fault, wherever the two stand', () => {
    const sources = { args: ['--root-key-file', file(keyText)], env: { SOTTO_ROOT_KEY: keyText } }
    expect(fault(sources)).toMatchObject({ where: '--root-key-file', hint: 'SOTTO_ROOT_KEY is set too' })
  })

  test('is refused as a flag’s value, with the way to do it', () => {
    for (const args of [['--root-key', keyText], [`--root-key=${keyText}`], ['--root-key=', keyText]])
      expect(faults({ args })[0]).toMatchObject({ where: '--root-key', expected: '--root-key-file PATH' })
  })

  test('is never shown in a fault', () => {
    const wrong = `${keyText}tail`
    const everywhere = [
      { args: ['--root-key', wrong] },
      { args: ['--root-key=', wrong] },
      { args: ['--root-key-file', file(wrong)] },
      { env: { SOTTO_ROOT_KEY: wrong } },
      { env: { CREDENTIALS_DIRECTORY: credentials(wrong) } },
      { defaultFile: file(`root-key = "${wrong}"`) },
      { defaultFile: file(`root-key = ["${wrong}"]`) },
    ]
    for (const sources of everywhere) {
      expect(report(sources)).toContain('(hidden)')
      expect(report(sources)).not.toContain(keyText)
    }
  })

  test('that is empty is a fault, not a key made up in silence', () => {
    expect(fault({ env: { SOTTO_ROOT_KEY: '' } })).toMatchObject({ where: 'SOTTO_ROOT_KEY', read: '(hidden)' })
    expect(fault({ env: { SOTTO_ROOT_KEY_FILE: file('\n') } })).toMatchObject({ where: 'SOTTO_ROOT_KEY_FILE' })
    expect(fault({ env: { CREDENTIALS_DIRECTORY: credentials('') } })).toMatchObject({ read: '(hidden)' })
  })
})
