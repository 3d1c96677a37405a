import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promises } from '../privacy/inventory/promises.ts'

const root = join(import.meta.dir, '..', '..')
const testName = /^\s*(?:\}\)\(|(?:test|describe)\b[^\n]*?\(|what: |name: |\[)?\s*['"`][^\n]*?\bP\d\d\b/

/** Finds the test files in which a test name contains the number of a promise. Returns them by promise number. */
export function testsByPromise(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of [...new Bun.Glob('test/**/*.test.ts').scanSync(root)].sort())
    for (const line of readFileSync(join(root, file), 'utf8').split('\n'))
      if (testName.test(line) && !/^\s*'P\d\d',$/.test(line))
        for (const [id] of line.matchAll(/\bP\d\d\b/g)) add(found, id, file)
  return found
}

function add(found: Map<string, string[]>, id: string, file: string): void {
  const files = found.get(id) ?? []
  if (!files.includes(file)) found.set(id, [...files, file])
}

/** The rows of docs/promises.md: number, promise, how it is kept, code, tests, page, state. */
export function promiseRows(): string[][] {
  const tests = testsByPromise()
  return promises.map(({ id, sentence, mechanism, code, page, state, missing }) => [
    id,
    sentence,
    missing === undefined ? mechanism : `${mechanism}; still to come: ${missing}`,
    links(code),
    links(tests.get(id) ?? []),
    page === undefined ? '' : `\`${page}\``,
    state,
  ])
}

function links(files: readonly string[]): string {
  return files.map((file) => `[${file.replace(/^(?:src|test)\//, '')}](../${file})`).join(', ')
}
