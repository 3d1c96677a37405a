import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { ConfigInputs } from '../../src/config/sources.ts'
import { workspace } from '../fixtures/workspace.ts'

const { folder, read, problems, problem, report, file, credentials } = workspace()
const keyBytes = new Uint8Array(32).map((_, index) => index * 8 + 3)
const keyText = keyBytes.toBase64()

describe('a secret option', () => {
  test.each([
    ['base64', keyText],
    ['base64 without padding', keyText.replace('=', '')],
    ['base64url', keyBytes.toBase64({ alphabet: 'base64url' })],
    ['hex', keyBytes.toHex()],
  ])('is read as %s from a variable, the file, a separate file and a credential', (_, text) => {
    const separateFile = file(`\n${text}\n`)
    const allSources: [Partial<ConfigInputs>, string][] = [
      [{ env: { SOTTO_ROOT_KEY: text } }, 'environment'],
      [{ env: { SOTTO_ROOT_KEY_FILE: separateFile } }, 'environment'],
      [{ args: ['--root-key-file', separateFile] }, 'flag'],
      [{ defaultFile: file(`root-key = "${text}"`) }, 'file'],
      [{ defaultFile: file(`root-key-file = "${separateFile}"`) }, 'file'],
      [{ env: { CREDENTIALS_DIRECTORY: credentials(text) } }, 'credential'],
    ]
    for (const [inputs, source] of allSources) {
      const { config, valueSources } = read(inputs)
      expect(config.rootKey).toEqual(keyBytes)
      expect(valueSources['root-key']).toBe(source as 'flag')
    }
  })

  test('is read from the credential only if nothing else sets it', () => {
    const env = { CREDENTIALS_DIRECTORY: credentials('nonsense'), SOTTO_ROOT_KEY: keyText }
    expect(read({ env }).config.rootKey).toEqual(keyBytes)
    expect(read({ env: { CREDENTIALS_DIRECTORY: join(folder, 'none') } }).config.rootKey).toBeUndefined()
  })

  test('is rejected if set both as value and as file', () => {
    const sources = { args: ['--root-key-file', file(keyText)], env: { SOTTO_ROOT_KEY: keyText } }
    expect(problem(sources)).toMatchObject({ where: '--root-key-file', hint: 'SOTTO_ROOT_KEY is set too' })
  })

  test('is rejected as the value of a flag, with a hint at the file option', () => {
    for (const args of [['--root-key', keyText], [`--root-key=${keyText}`], ['--root-key=', keyText]])
      expect(problems({ args })[0]).toMatchObject({ where: '--root-key', expected: '--root-key-file PATH' })
  })

  test('is never shown in a problem', () => {
    const wrong = `${keyText}tail`
    const allSources = [
      { args: ['--root-key', wrong] },
      { args: ['--root-key=', wrong] },
      { args: ['--root-key-file', file(wrong)] },
      { env: { SOTTO_ROOT_KEY: wrong } },
      { env: { CREDENTIALS_DIRECTORY: credentials(wrong) } },
      { defaultFile: file(`root-key = "${wrong}"`) },
      { defaultFile: file(`root-key = ["${wrong}"]`) },
    ]
    for (const sources of allSources) {
      expect(report(sources)).toContain('(hidden)')
      expect(report(sources)).not.toContain(keyText)
    }
  })

  test('is rejected if it is empty', () => {
    expect(problem({ env: { SOTTO_ROOT_KEY: '' } })).toMatchObject({ where: 'SOTTO_ROOT_KEY', received: '(hidden)' })
    expect(problem({ env: { SOTTO_ROOT_KEY_FILE: file('\n') } })).toMatchObject({ where: 'SOTTO_ROOT_KEY_FILE' })
    expect(problem({ env: { CREDENTIALS_DIRECTORY: credentials('') } })).toMatchObject({ received: '(hidden)' })
  })
})
