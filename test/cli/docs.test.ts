import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedDocuments } from '../../src/build/docs.ts'
import { startInstance } from '../fixtures/instance.ts'
import { root } from '../fixtures/process.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')

for (const { file, current, expected } of generatedDocuments()) {
  test(`the tables of ${file} are up to date`, () => {
    expect(current).toBe(expected)
    expect(current).toMatch(/<!-- \w+:[^>]*-->\n\n\|/)
  })
}

test('the README has at most 200 lines, and every file it links to exists', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(200)
  const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path as string)
  expect(links.length).toBeGreaterThan(8)
  for (const link of links) expect([link, exists(join(root, link))]).toEqual([link, true])
})

function exists(path: string): boolean {
  return Bun.spawnSync(['test', '-e', path]).exitCode === 0
}

test('every npm command in the README is a script of the package', async () => {
  const { scripts } = await Bun.file(join(root, 'package.json')).json()
  const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name as string)
  const known = named.filter((name) => !['and', 'or', 'nor', 'in'].includes(name))
  expect(known).toContain('start')
  for (const name of known) expect(Object.keys(scripts)).toContain(name)
})

test('the tour in the README works as printed', async () => {
  await using sotto = await startInstance()
  const [tour] = /```sh\nURL=[\s\S]*?```/.exec(readme) ?? []
  const script = (tour ?? '').replace(/```(sh)?/g, '').replace('http://127.0.0.1:8080', sotto.url)
  const shell = Bun.spawn(['bash', '-e', '-u', '-c', script], { stdout: 'pipe', stderr: 'pipe' })
  const lines = (await new Response(shell.stdout).text()).trim().split('\n')
  expect(await shell.exited).toBe(0)
  expect(lines).toHaveLength(5)
  expect(lines[0]).toMatch(/\/secret\/[a-z0-9]{31}$/)
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ state: 'new' })
  expect(lines[2]).toBe('correct horse')
  expect(JSON.parse(lines[3] ?? '')).toMatchObject({ code: 'secret_gone' })
  expect(JSON.parse(lines[4] ?? '').value).toHaveLength(24)
})
