import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../fixtures/process.ts'

const files = [...new Bun.Glob('{src,templates,assets,test}/**/*').scanSync(root)]
const architecture = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8')

test('the files that docs/architecture.md names exist', () => {
  const named = [...architecture.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(40)
  const missing = named.filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)))
  expect(missing).toEqual([])
})

test('docs/architecture.md describes every folder of src', () => {
  const folders = new Set(files.filter((file) => /^src\/\w+\//.test(file)).map((file) => file.split('/')[1]))
  expect([...folders].filter((folder) => !architecture.includes(`| \`src/${folder}/\` |`))).toEqual([])
})
