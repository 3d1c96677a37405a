import { expect, test } from 'bun:test'
import { appendFileSync, cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, temporaryFolder } from '../fixtures/instance.ts'
import { bun, post, root, startServer } from '../fixtures/process.ts'

test('the development server has accounts and secrets, keeps them, and serves a changed asset', async () => {
  using folder = temporaryFolder()
  const copy = copyOfSources(join(folder.path, 'copy'))
  const { url, secret, passphrase } = await use(copy, async ({ url, output }) => {
    const [, receipt] = /a revealed secret +(\S+)/.exec(output()) ?? []
    const [, secret, passphrase] = /with a passphrase +\S+\/(\w+) \("(.+)"\)/.exec(output()) ?? []
    expect(await pageOf(`${receipt}`)).toContain('revealed')
    expect(await (await signIn(url, 'alice', passwordIn(output()))).text()).toContain('Alarm code')
    expect(await (await signIn(url, 'olivia', passwordIn(output()))).text()).toContain('/operator')

    const before = await styleSheet(url)
    appendFileSync(join(copy, 'assets', 'sotto.css'), '\n.changed-in-a-test { color: red; }\n')
    expect(before).not.toContain('changed-in-a-test')
    await waitUntil(async () => (await styleSheet(url)).includes('changed-in-a-test'))
    return { url, secret, passphrase }
  })
  await use(copy, async ({ url: urlAfterRestart, output }) => {
    expect(urlAfterRestart).toBe(url)
    expect(output()).toContain(`${url}/secret/${secret}`)
    const revealed = await post(url, `/secrets/${secret}/reveal`, { passphrase })
    expect(await revealed.json()).toMatchObject({ content: 'The alarm code is 4711.' })
  })
}, 60_000)

test('the development server does not touch a database that it did not create', async () => {
  using folder = temporaryFolder()
  await Bun.write(join(folder.path, 'sotto.db'), '')
  const dev = Bun.spawn([bun, join('src', 'build', 'dev.ts'), '--data-dir', folder.path], { cwd: root, stderr: 'pipe' })
  expect(await dev.exited).toBe(1)
  expect(await new Response(dev.stderr).text()).toContain('was not made by `npm run dev`')
  expect(Bun.file(join(folder.path, 'sotto.db')).size).toBe(0)
})

type Dev = Awaited<ReturnType<typeof startServer>>

const port = await freePort()

// Copies the sources, so that the test does not change the repository; the packages are linked.
function copyOfSources(copy: string): string {
  for (const part of ['src', 'templates', 'assets', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function use<T>(copy: string, work: (dev: Dev) => Promise<T>): Promise<T> {
  const command = [bun, join('src', 'build', 'dev.ts')]
  const dev = await startServer(['--listen', `127.0.0.1:${port}`], `http://127.0.0.1:${port}`, { command, cwd: copy })
  try {
    return await work(dev)
  } finally {
    expect(await dev.stop()).toBe(0)
  }
}

function passwordIn(output: string): string {
  return /every password is "(.+)"/.exec(output)?.[1] ?? ''
}

// Signs in and returns the list of owned secrets.
async function signIn(url: string, name: string, password: string): Promise<Response> {
  const body = new URLSearchParams({ name, password })
  const answer = await fetch(`${url}/sign-in`, { method: 'POST', body, redirect: 'manual' })
  const [cookie = ''] = answer.headers.getSetCookie()
  return fetch(`${url}/mine`, { headers: { cookie: cookie.replace(/;.*/, '') }, redirect: 'manual' })
}

async function pageOf(url: string): Promise<string> {
  return (await fetch(url, { headers: { accept: 'text/html' } })).text()
}

async function styleSheet(url: string): Promise<string> {
  const [path = ''] = /\/assets\/sotto\.\w+\.css/.exec(await pageOf(url)) ?? []
  return (await fetch(url + path)).text()
}

// The server is unavailable for a moment while it restarts.
async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await Bun.sleep(20)
}
