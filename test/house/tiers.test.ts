import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../fixtures/process.ts'

const files = [...new Bun.Glob('test/**/*.ts').scanSync(root)].map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}))
const filesWith = (pattern: RegExp, condition: (file: string) => boolean) =>
  files.filter(({ file, text }) => condition(file) && pattern.test(text)).map(({ file }) => file)

test('unit tests start neither the program nor a browser', () => {
  const starters =
    /\b(startProcess|startServer|builtExecutable|executable|atTerminal|launchBrowser)\b|fixtures\/command/
  const isUnit = (file: string) => !/^test\/(browser|build|cli|fixtures|house|long|process)\//.test(file)
  expect(filesWith(starters, isUnit)).toEqual([])
  expect(filesWith(starters, (file) => !isUnit(file)).length).toBeGreaterThan(10)
})

test('only long tests assert how long something takes', () => {
  expect(filesWith(/performance\.now\(\) - \w+\)\.toBe/, (file) => !file.startsWith('test/long/'))).toEqual([])
  expect(filesWith(/performance\.now\(\) - \w+\)\.toBe/, (file) => file.startsWith('test/long/'))).not.toEqual([])
})

// Both wait in a nested event loop of Bun, in which `setImmediate` callbacks, and so all commits, wait for the next timer:
// see `failureOf`.
test('no test uses expect(promise).rejects or resolves', () => {
  expect(filesWith(/\)\s*\.(rejects|resolves)\s*\./, () => true)).toEqual([])
})
