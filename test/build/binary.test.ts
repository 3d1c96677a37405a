import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import manifest from '../../package.json' with { type: 'json' }
import { anonymousActor } from '../../src/actor.ts'
import { schemaVersion } from '../../src/database/open.ts'
import { openApp, systemRuntime } from '../../src/open-app.ts'
import { revealSecret } from '../../src/secrets/reveal.ts'
import { type Answer, authority, configWith, freePort, temporaryFolder } from '../fixtures/instance.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { builtExecutable, post, root, run, type ServerProcess, startProcess, startServer } from '../fixtures/process.ts'

setDefaultTimeout(60_000)

const executable = builtExecutable()
const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

const unshare = await findMountCommand()
if (!unshare) console.warn('mounting is not permitted: the executable is not tested without a loadable addon')

test('the executable contains the argon2 addon of this machine', () => {
  expect(readFileSync(executable).includes(`argon2.${process.platform}-${process.arch}`)).toBe(true)
})

test('the executable runs alone: without environment, in an empty folder, without other files', async () => {
  const [alone, cwd] = [newFolder('alone'), newFolder('empty')]
  cpSync(executable, join(alone, 'sotto'))
  const command = ['/usr/bin/env', '-i', join(alone, 'sotto')]
  const port = await freePort()
  await using server = await startServer(['--listen', `127.0.0.1:${port}`], `http://127.0.0.1:${port}`, {
    command,
    cwd,
  })
  expect(await roundTrip(server, {})).toBe('sésame')
  expect(await roundTrip(server, { passphrase: 'correct horse' })).toBe('sésame')
  expect(await server.stop()).toBe(0)
  expect(readdirSync(cwd)).toEqual(['sotto-data'])
  expect(readdirSync(join(cwd, 'sotto-data')).sort()).toEqual(['ballast', 'root.key', 'run', 'sotto.db'])
})

test('the executable stretches passphrases with 64 MiB and three passes', async () => {
  const dataDir = newFolder('cost')
  await using server = await startProcess(dataDir, { command: [executable] })
  const key = await create(server, 'sésame', 'correct horse')
  expect(await server.stop()).toBe(0)
  const full = { ...systemRuntime, argon2: { memory: 65_536, passes: 3, lanes: 1 } }
  await using app = await openApp(configWith({ 'data-dir': dataDir, 'smtp-ca': authority }), full)
  const input = { passphrase: 'correct horse' }
  expect(await revealSecret(app, anonymousActor('192.0.2.1'), key, input)).toEqual({ text: 'sésame' })
})

test('the executable sends mail over verified TLS', async () => {
  await using box = await startMailbox()
  const dataDir = newFolder('mail')
  const optionsWith = (env: Record<string, string>) => ({
    command: [executable],
    env: { SOTTO_SMTP_URL: box.url, ...env },
  })
  expect((await run(['migrate', '--data-dir', dataDir], optionsWith({}))).code).toBe(0)
  const args = ['mail', 'test', 'ann@example.org', '--data-dir', dataDir]
  expect(await run(args, optionsWith({}))).toMatchObject({ code: 5, stderr: expect.stringContaining('not trusted') })
  expect((await run(args, optionsWith({ SOTTO_SMTP_CA: authority }))).code).toBe(0)
  expect(await box.next()).toMatchObject({ to: 'ann@example.org', subject: 'Test mail' })
})

test('the executable reads no .env, bunfig.toml or node_modules of its working directory', async () => {
  const cwd = newFolder('hostile')
  const trap = `require('node:fs').writeFileSync(${JSON.stringify(join(cwd, 'trapped'))}, __filename); throw new Error('trapped')`
  writeFileSync(join(cwd, '.env'), 'SOTTO_NAME=evil\nSOTTO_X=1\n')
  writeFileSync(join(cwd, '.env.production'), 'SOTTO_NAME=evil\n')
  writeFileSync(join(cwd, 'bunfig.toml'), 'preload = ["./trap.js"]\n')
  writeFileSync(join(cwd, 'trap.js'), trap)
  writeFileSync(join(cwd, 'package.json'), '{"imports":{"#argon2":"./trap.js"}}')
  writeFileSync(join(cwd, 'tsconfig.json'), '{"compilerOptions":{"paths":{"*":["./trap.js"]}}}')
  for (const name of [
    'kysely',
    'elysia',
    'bun',
    '@node-rs/argon2',
    `@node-rs/argon2-${process.platform}-${process.arch}-gnu`,
  ]) {
    const fake = join(cwd, 'node_modules', name)
    mkdirSync(fake, { recursive: true })
    writeFileSync(join(fake, 'package.json'), JSON.stringify({ name, version: '99.0.0', main: 'index.js' }))
    writeFileSync(join(fake, 'index.js'), trap)
  }
  await using server = await startProcess(join(cwd, 'data'), { command: [executable], cwd })
  expect(await (await fetch(server.url)).text()).not.toContain('evil')
  expect(await roundTrip(server, { passphrase: 'correct horse' })).toBe('sésame')
  expect(await server.stop()).toBe(0)
  expect(readdirSync(cwd)).not.toContain('trapped')
})

test.skipIf(!unshare)(
  'passphrases work without the addon where it cannot be loaded, and are compatible with it in both directions',
  async () => {
    const dataDir = newFolder('data')
    const passphrase = 'correct horse battery staple'
    const command = [executable]
    const confined = [...confinedTo(dataDir, newFolder('noexec')), ...command]
    const env = { TMPDIR: join(folder.path, 'noexec'), BUN_TMPDIR: join(folder.path, 'noexec') }

    const withAddon = await useOnce({ command }, true, (server) => create(server, 'made with it', passphrase))
    const without = await useOnce({ command: confined, env }, false, async (server) => {
      expect(await reveal(server, withAddon, 'wrong')).toMatchObject({ code: 'passphrase_wrong' })
      expect(await reveal(server, withAddon, passphrase)).toEqual({ content: 'made with it' } as never)
      return create(server, 'made without', passphrase)
    })
    await useOnce({ command }, true, async (server) => {
      expect(await reveal(server, without, 'wrong')).toMatchObject({ code: 'passphrase_wrong' })
      expect(await reveal(server, without, passphrase)).toEqual({ content: 'made without' } as never)
    })

    async function useOnce<T>(
      options: { command: string[]; env?: Record<string, string> },
      addon: boolean,
      use: (server: ServerProcess) => Promise<T>,
    ) {
      await using server = await startProcess(dataDir, options)
      const result = await use(server)
      expect(usesAddon(server)).toBe(addon)
      expect(await server.stop()).toBe(0)
      return result
    }
  },
)

test('the executable serves every asset with its type, compressed as requested and cacheable for ever', async () => {
  await using server = await startProcess(newFolder('assets'), { command: [executable] })
  const pages = await Promise.all(['/', '/generate'].map(async (path) => (await fetch(server.url + path)).text()))
  const paths = new Set(
    pages.flatMap((page) => [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '')),
  )
  expect([...paths].map((path) => path.split('.').pop()).sort()).toEqual(expect.arrayContaining(['css', 'js', 'svg']))
  for (const path of paths) {
    const plain = await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } })
    const bytes = Buffer.from(await plain.bytes())
    expect(plain.status).toBe(200)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(bytes.length).toBeGreaterThan(0)
    for (const [encoding, decode] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const request = { headers: { 'accept-encoding': encoding }, decompress: false }
      const encoded = await fetch(server.url + path, request)
      expect(encoded.headers.get('content-encoding')).toBe(encoding)
      expect(encoded.headers.get('content-type')).toBe(plain.headers.get('content-type'))
      expect(encoded.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      const sent = Buffer.from(await encoded.bytes())
      expect(sent.length).toBeLessThan(bytes.length)
      expect(decode(sent)).toEqual(bytes)
    }
    const type = { css: /^text\/css/, js: /^text\/javascript/, svg: /^image\/svg\+xml/ }[path.split('.').pop() ?? '']
    expect(plain.headers.get('content-type')).toMatch(type ?? /^image\//)
  }
})

test('the executable renders every page linked from the home page, and the pages of a secret', async () => {
  await using server = await startProcess(newFolder('pages'), { command: [executable] })
  const linked = await linksOf(await fetch(server.url))
  expect(linked).toContain('/privacy')
  const { key, receipt } = (await (await post(server.url, '/secrets', { content: 'sésame' })).json()) as Answer
  const pages = [...linked, `/secret/${key}`, `/receipt/${receipt.key}`]
  for (const path of pages) expect([path, ...(await page(server, path))]).toEqual([path, 200, true])
  for (const path of ['/nowhere', `/secret/${'x'.repeat(31)}`]) expect(await page(server, path)).toEqual([404, true])
})

test('the executable prints its commit and schema version', async () => {
  const { code, stdout, stderr } = await run(['version', '--json'], { command: [executable] })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { commit, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({ version: manifest.version, schema: schemaVersion })
  const git = Bun.spawnSync(['git', '-C', root, 'cat-file', '-t', commit])
  expect(git.success ? git.stdout.toString().trim() : commit).toBe(git.success ? 'commit' : 'unknown')
})

function newFolder(name: string): string {
  const path = join(folder.path, name)
  mkdirSync(path)
  return path
}

async function roundTrip(server: ServerProcess, { passphrase }: { passphrase?: string }): Promise<string> {
  const key = await create(server, 'sésame', passphrase)
  return (await reveal(server, key, passphrase)).content
}

async function create({ url }: ServerProcess, content: string, passphrase?: string): Promise<string> {
  return ((await (await post(url, '/secrets', { content, passphrase })).json()) as Answer).key
}

async function reveal({ url }: ServerProcess, key: string, passphrase?: string): Promise<Answer> {
  return (await (await post(url, `/secrets/${key}/reveal`, { passphrase })).json()) as Answer
}

async function linksOf(response: Response): Promise<string[]> {
  const links: string[] = []
  await new HTMLRewriter()
    .on('nav a, footer a', { element: (link) => void links.push(link.getAttribute('href') ?? '') })
    .transform(response)
    .text()
  return links
}

async function page({ url }: ServerProcess, path: string): Promise<[number, boolean]> {
  const response = await fetch(url + path, { headers: { accept: 'text/html' } })
  const text = await response.text()
  const isPage = /^<!doctype html>.*<\/html>\s*$/is.test(text)
  return [response.status, isPage && response.headers.get('content-type') === 'text/html; charset=utf-8']
}

/** Whether the process has loaded a native addon. An addon that must not be executed is mapped, but not as executable. */
function usesAddon({ pid }: ServerProcess): boolean {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .some((line) => /r-xp .*\.node$/.test(line))
}

// Mounts everything read-only except the data, and a temporary folder without execute permission.
function confinedTo(dataDir: string, tmp: string): string[] {
  const script = `mount --bind "$1" "$1" && mount -o remount,bind,ro / && mount -t tmpfs -o noexec tmpfs "$2" && shift 2 && exec "$@"`
  return [...(unshare ?? []), 'sh', '-c', script, 'sh', dataDir, tmp]
}

async function findMountCommand(): Promise<string[] | undefined> {
  const mountPoint = newFolder('mount')
  for (const command of [
    ['unshare', '--mount'],
    ['unshare', '--mount', '--map-root-user'],
  ]) {
    const script = `mount --bind "$1" "$1" && mount -o remount,bind,ro / && mount -t tmpfs -o noexec tmpfs "$1"`
    const attempt =
      Bun.which('unshare') === null
        ? undefined
        : Bun.spawnSync([...command, 'sh', '-c', script, 'sh', mountPoint], { stderr: 'ignore' })
    if (attempt?.success) return command
  }
  return undefined
}
