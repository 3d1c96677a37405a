import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { optionRows } from '../../src/config/help.ts'
import { loadRootKey } from '../../src/crypto/root-key.ts'
import { schemaVersion } from '../../src/database/open.ts'
import { unlessGone } from '../fixtures/gone.ts'
import { type Answer, configWith, temporaryFolder } from '../fixtures/instance.ts'
import {
  Connection,
  post,
  run,
  type ServerProcess,
  source,
  spawn,
  startProcess,
  startServer,
} from '../fixtures/process.ts'

setDefaultTimeout(30_000)

const defaultUrl = 'http://127.0.0.1:8080'
const isDefaultPortTaken = await isPortInUse(8080)
if (isDefaultPortTaken) console.warn('port 8080 is in use: starting without any configuration is not tested')

test.skipIf(isDefaultPortTaken)(
  'without any configuration, in an empty folder, it creates its data, prints its address and responds',
  async () => {
    using folder = temporaryFolder()
    await using server = await startServer([], defaultUrl, { cwd: folder.path })
    expect(server.output()).toContain(defaultUrl)
    expect(server.output()).toContain(join(folder.path, 'sotto-data'))
    expect(await roundTrip(defaultUrl)).toBe('sésame')
    expect(readdirSync(folder.path)).toEqual(['sotto-data'])
    expect(modeOf(folder.path, 'sotto-data')).toBe(0o700)
    for (const file of readdirSync(join(folder.path, 'sotto-data')))
      for (const mode of unlessGone(() => modeOf(folder.path, 'sotto-data', file))) expect(mode).toBe(0o600)
    expect(await server.stop()).toBe(0)
    expect(readdirSync(join(folder.path, 'sotto-data')).sort()).toEqual(['ballast', 'root.key', 'run', 'sotto.db'])
  },
)

test('only the owner can read its files, even in a folder that others can read', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  mkdirSync(dataDir)
  chmodSync(dataDir, 0o755)
  await using _server = await startProcess(dataDir)
  const modes = readdirSync(dataDir).flatMap((file) => unlessGone(() => [file, modeOf(dataDir, file)] as const))
  expect(modes.sort()).toEqual(
    ['ballast', 'control.sock', 'root.key', 'run', 'sotto.db', 'sotto.db-shm', 'sotto.db-wal'].map((file) => [
      file,
      0o600,
    ]),
  )
})

test('no key is printed to the terminal or the log', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  const { key, receipt } = (await (await post(server.url, '/secrets', { content: 'sésame' })).json()) as Answer
  await fetch(`${server.url}/secret/${key}`)
  await fetch(`${server.url}/receipt/${receipt.key}`)
  await server.stop()
  const rootKey = readFileSync(join(folder.path, 'root.key'), 'utf8').trim()
  const output = server.output() + server.stdout()
  expect(output).toContain('/secret/:key')
  const hex = Uint8Array.fromBase64(rootKey).toHex()
  for (const secret of [rootKey, hex, key, receipt.key, 'sésame']) expect(output).not.toContain(secret)
})

test('SIGTERM completes requests in flight, accepts no new one, and leaves only the key, the database and the run file', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  using idle = await Connection.open(server.url)
  using partialRequest = await Connection.open(server.url)
  const body = '{"content":"in flight"}'
  expect((await idle.post('/api/v3/secrets', body)).status).toBe(201)
  partialRequest.write(createHead(server, body) + body.slice(0, 9))
  await Bun.sleep(100)
  server.signal('SIGTERM')
  await waitUntilRefused(server.url)
  const answer = partialRequest.answer()
  partialRequest.write(body.slice(9))
  const { status, body: created } = await answer
  expect(status).toBe(201)
  expect(await server.ended()).toBe(0)
  expect(readdirSync(folder.path).sort()).toEqual(['ballast', 'root.key', 'run', 'sotto.db'])

  await using restarted = await startProcess(folder.path)
  const { key } = JSON.parse(created) as Answer
  expect(await (await post(restarted.url, `/secrets/${key}/reveal`)).json()).toEqual({ content: 'in flight' })
})

test('SIGTERM waits for passphrases being stretched', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  const lines = await Promise.all(Array.from({ length: 6 }, () => Connection.open(server.url)))
  const answers = lines.map((line) => line.post('/api/v3/secrets', '{"content":"x","passphrase":"p"}'))
  await Bun.sleep(10)
  server.signal('SIGTERM')
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(lines.map(() => 201))
  expect(await server.ended()).toBe(0)
})

test('a second signal exits at once', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  using partialRequest = await Connection.open(server.url)
  partialRequest.write(createHead(server, '{"content":"never"}'))
  await Bun.sleep(100)
  server.signal('SIGINT')
  await waitUntilRefused(server.url)
  server.signal('SIGINT')
  expect(await server.ended()).toBe(1)
  await using restarted = await startProcess(folder.path)
  expect(await roundTrip(restarted.url)).toBe('sésame')
})

test('a port in use is reported in one sentence that names --listen, and the database is closed', async () => {
  using folder = temporaryFolder()
  using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const args = ['serve', '--listen', `127.0.0.1:${other.port}`, '--data-dir', folder.path]
  const { code, stderr } = await run(args)
  expect(stderr).toBe(
    `sotto: cannot listen on 127.0.0.1:${other.port}: the address is in use; choose another address with --listen\n`,
  )
  expect(code).toBe(78)
  expect(readdirSync(folder.path).sort()).toEqual(['ballast', 'root.key', 'run', 'sotto.db'])
})

test('an unusable address or certificate is reported with its option', async () => {
  using folder = temporaryFolder()
  const foreign = ['--listen', '192.0.2.1:8080', '--base-url', 'http://x.example', '--allow-http', 'true']
  const noFolder = ['--listen', `unix:${folder.path}/none/sotto.sock`, '--base-url', 'http://x.example']
  const notPem = ['--listen', '127.0.0.1:0', '--tls-cert', '/dev/null', '--tls-key', '/nonexistent']
  for (const [args, names] of [
    [foreign, '--listen'] as const,
    [noFolder, '--listen'] as const,
    [notPem, '--tls-cert'] as const,
  ]) {
    const { code, stderr } = await run([...args, '--data-dir', join(folder.path, 'data')])
    expect(stderr).toMatch(/^sotto: cannot .+\n$/)
    expect(stderr).toContain(names)
    expect(code).toBe(78)
  }
})

test('an invalid configuration is rejected with all problems at once, before anything is created', async () => {
  using folder = temporaryFolder()
  const env = { SOTTO_REGION: 'Not A Region', SOTTO_COLOUR: 'blue', SOTTO_ROOT_KEY: 'c2hvcnQ' }
  const { code, stdout, stderr } = await run(['--ttl-max', '9 parsecs', '--listn', ':80'], { env, cwd: folder.path })
  expect(code).toBe(78)
  for (const text of ['--ttl-max', '9 parsecs', 'SOTTO_REGION', 'SOTTO_COLOUR', 'SOTTO_ROOT_KEY', '--listn'])
    expect(stderr).toContain(text)
  expect(stderr).not.toContain('c2hvcnQ')
  expect(stderr.trim().split('\n')).toHaveLength(5)
  expect(stdout).toBe('')
  expect(readdirSync(folder.path)).toEqual([])
})

test('a database of another region is rejected and not changed', async () => {
  using folder = await usedFolder('eu')
  const before = readFileSync(join(folder.path, 'sotto.db'))
  const { code, stderr } = await run(['--data-dir', folder.path, '--region', 'us'])
  expect(code).toBe(78)
  expect(stderr).toMatch(/^sotto: the database belongs to region "eu", but this instance is configured for "us"; .+\n$/)
  expect(readFileSync(join(folder.path, 'sotto.db'))).toEqual(before)
})

test('a root key of another database is rejected', async () => {
  using folder = await usedFolder()
  writeFileSync(join(folder.path, 'root.key'), crypto.getRandomValues(new Uint8Array(32)).toBase64())
  const { code, stderr } = await run(['--data-dir', folder.path])
  expect(code).toBe(78)
  expect(stderr).toMatch(/^sotto: the root key does not belong to this database .+\n$/)
})

test('a missing root key of an existing database is reported and not replaced', async () => {
  using folder = await usedFolder()
  rmSync(join(folder.path, 'root.key'))
  const { code, stderr } = await run(['--data-dir', folder.path])
  expect(code).toBe(78)
  expect(stderr).toContain(`${join(folder.path, 'root.key')} is missing`)
  expect(existsSync(join(folder.path, 'root.key'))).toBe(false)
})

test('a root key file without a key is rejected and not quoted', async () => {
  using folder = temporaryFolder()
  for (const text of ['', 'no key!', 'c2hvcnQ=']) {
    writeFileSync(join(folder.path, 'root.key'), text)
    const { code, stderr } = await run(['--data-dir', folder.path])
    expect(stderr).toBe(`sotto: ${join(folder.path, 'root.key')}: expected 32 bytes in base64\n`)
    expect(code).toBe(78)
  }
})

test('an interrupted first start does not prevent the next one, even with the same process id', () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, `root.key.${process.pid}`), '')
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const config = configWith({ 'data-dir': folder.path })
  const { id } = loadRootKey(config, { random })
  expect(loadRootKey(config, { random }).id).toBe(id)
})

test('a database of a newer version is rejected', async () => {
  using folder = await usedFolder()
  const db = new Database(join(folder.path, 'sotto.db'))
  db.run(`PRAGMA user_version=${schemaVersion + 1}`)
  db.close()
  const { code, stderr } = await run(['--data-dir', folder.path])
  expect(code).toBe(78)
  expect(stderr).toContain(`schema ${schemaVersion + 1}`)
})

test('it listens on a unix socket with the configured mode', async () => {
  using folder = temporaryFolder()
  const socket = join(folder.path, 'sotto.sock')
  for (const [query, mode] of [
    ['?mode=0600', 0o600],
    ['', 0o660],
  ] as const) {
    const args = ['--listen', `unix:${socket}${query}`, '--base-url', 'https://secrets.example.org']
    await using server = spawn([...args, '--data-dir', join(folder.path, 'data')], '')
    await waitForOutput(server, 'listening')
    expect(modeOf(socket)).toBe(mode)
    expect(server.output()).toContain(`https://secrets.example.org (unix:${socket})`)
    const response = await fetch('http://localhost/healthz', { unix: socket })
    expect(await response.json()).toMatchObject({ status: 'ok' })
    expect(await server.stop()).toBe(0)
  }
})

test('version prints the version, and commit and schema with --json', async () => {
  expect(await run(['version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  const { code, stdout } = await run(['version', '--json'], { command: source })
  expect(JSON.parse(stdout)).toEqual({ version: manifest.version, commit: 'source', schema: schemaVersion })
  expect(code).toBe(0)
})

test('an unknown command gets a suggestion', async () => {
  const { code, stdout, stderr } = await run(['sever'])
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean serve')
  expect(stdout).toBe('')
})

test('help lists commands and every option that is a flag, with its summary', async () => {
  for (const args of [['help'], ['--help']]) {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const { flag, sentence } of optionRows().filter(({ flag }) => flag !== '')) {
      expect(stdout).toContain(`${flag} <`)
      expect(stdout).toContain(sentence)
    }
    for (const command of ['serve', 'version', 'help']) expect(stdout).toContain(`  ${command} `)
  }
})

/** Creates a data directory that a server has used. */
async function usedFolder(region = 'local') {
  const folder = temporaryFolder()
  const server = await startProcess(folder.path, { args: ['--region', region] })
  await server.stop()
  return folder
}

async function roundTrip(url: string): Promise<string> {
  const { key } = (await (await post(url, '/secrets', { content: 'sésame' })).json()) as Answer
  return ((await (await post(url, `/secrets/${key}/reveal`)).json()) as Answer).content
}

function createHead({ url }: ServerProcess, body: string): string {
  const headers = `host: ${new URL(url).host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`
  return `POST /api/v3/secrets HTTP/1.1\r\n${headers}\r\n\r\n`
}

function modeOf(...path: string[]): number {
  return statSync(join(...path)).mode & 0o777
}

async function isPortInUse(port: number): Promise<boolean> {
  try {
    await Bun.serve({ hostname: '127.0.0.1', port, fetch: () => new Response() }).stop(true)
    return false
  } catch {
    return true
  }
}

async function waitUntilRefused(url: string): Promise<void> {
  while (
    await fetch(`${url}/healthz`, { keepalive: false }).then(
      () => true,
      () => false,
    )
  )
    await Bun.sleep(10)
}

async function waitForOutput(server: ServerProcess, text: string): Promise<void> {
  for (let tries = 0; tries < 400 && !server.output().includes(text); tries++) await Bun.sleep(25)
  expect(server.output()).toContain(text)
}

test('an existing file at the path of the socket is not removed', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'sotto.sock')
  writeFileSync(path, 'mine')
  const refused = await run([
    'serve',
    '--listen',
    `unix:${path}`,
    '--base-url',
    'http://localhost',
    '--data-dir',
    join(folder.path, 'a'),
  ])
  expect(refused.code).toBe(78)
  expect(refused.stderr).toContain('not a socket')
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

test('a data directory that cannot be created and an invalid database are reported with their paths', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'file'), '')
  const noFolder = await run(['serve', '--data-dir', join(folder.path, 'file', 'below')])
  expect([noFolder.code, noFolder.stderr]).toEqual([78, expect.stringContaining('--data-dir')])
  const data = join(folder.path, 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'sotto.db'), 'not a database at all'.repeat(100))
  writeFileSync(join(data, 'root.key'), Buffer.alloc(32, 7).toString('base64'))
  const noDatabase = await run(['serve', '--data-dir', data])
  expect([noDatabase.code, noDatabase.stderr]).toEqual([78, expect.stringContaining(join(data, 'sotto.db'))])
})
