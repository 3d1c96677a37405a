import { expect, test } from 'bun:test'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../support/command.ts'
import { startInstance, temporaryFolder } from '../support/instance.ts'
import { root } from '../support/process.ts'

test('the terminal session of the README goes as it is printed', async () => {
  await using instance = await startInstance()
  using folder = temporaryFolder()
  const wrapper = join(folder.path, 'sotto')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${program.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  chmodSync(wrapper, 0o755)
  const [session = ''] = /```sh\nexport SOTTO_URL=[\s\S]*?```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  const script = session.replace(/```(sh)?/g, '').replace('http://127.0.0.1:8080', instance.url)
  const env = { PATH: `${folder.path}:${process.env['PATH']}` }
  const shell = Bun.spawn(['bash', '-e', '-u', '-c', script], { env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const lines = (await new Response(shell.stdout).text()).trim().split('\n')
  expect([await shell.exited, await new Response(shell.stderr).text()]).toEqual([0, ''])
  expect(lines[0]).toMatch(/^state +new$/)
  expect(lines.at(-3)).toBe('correct horse')
  expect(lines.at(-2)).toHaveLength(24)
  expect(lines.at(-1)).toMatch(/\/secret\/[a-z0-9]{31}#[\w-]{43}$/)
})
