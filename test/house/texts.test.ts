import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'
import { errors, kinds } from '../../src/errors.ts'
import { en } from '../../src/i18n/en.ts'
import { root } from '../fixtures/process.ts'

const files = [...new Glob('{src,templates}/**/*.{ts,tsx}').scanSync(root)].filter((file) => !file.includes('i18n/en'))
const code = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')

// Keys that the code builds from a code or name.
const composed =
  /^(?:error\.|field\.|mail\.|generate\.(?:lowercase|uppercase|digits|symbols)$|statistics\.(?:created|revealed|burned|expired)$|record\.(?:what|purpose|basis|subjects|categories|kept)$)/

test('every text is used', () => {
  const unused = Object.keys(en).filter(
    (key) => !composed.test(key) && !code.includes(`'${key}'`) && !code.includes(`"${key}"`),
  )
  expect(unused).toEqual([])
})

test('every error has a message, and every status a title', () => {
  for (const [code, kind] of Object.entries(errors)) {
    expect(en).toHaveProperty([`error.${code}`])
    expect(en).toHaveProperty([`error.title${kinds[kind].status}`])
  }
  const messages = Object.keys(en).filter((key) => key.startsWith('error.') && !/^error\.(?:back$|title)/.test(key))
  expect(messages.length).toBe(Object.keys(errors).length)
})

test('every error code is used', () => {
  for (const name of Object.keys(errors)) expect([name, code.includes(`AppError('${name}'`)]).toEqual([name, true])
})
