import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { optionRows } from '../../src/config/help.ts'
import { openRootKey } from '../../src/crypto/root-key.ts'
import { schemaVersion } from '../../src/database/migrate.ts'
import { type Answer, configWith, temporaryFolder } from '../fixtures/instance.ts'
import { Connection, post, run, type ServerProcess, spawn, startProcess, startServer } from '../fixtures/process.ts'

setDefaultTimeout(30_000)

const standardUrl = 'http://127.0.0.1:8080'
const isStandardPortTaken = await portIsTaken(8080)
if (isStandardPortTaken) console.warn('port 8080 is taken: starting without any configuration is not tested')

test.skipIf(isStandardPortTaken)(
  'without any configuration, in an empty folder, it makes its data, says its address and answers',
  async () => {
    using folder = temporaryFolder()
    await using server = await startServer([], standardUrl, { cwd: folder.path })
    expect(server.output()).toContain(standardUrl)
    expect(server.output()).toContain(join(folder.path, 'sotto-data'))
    expect(await roundTrip(standardUrl)).toBe('sésame')
    expect(readdirSync(folder.path)).toEqual(['sotto-data'])
    expect(modeOf(folder.path, 'sotto-data')).toBe(0o700)
    for (const file of readdirSync(join(folder.path, 'sotto-data')))
      expect(modeOf(folder.path, 'sotto-data', file)).toBe(0o600)
    expect(await server.stop()).toBe(0)
    expect(readdirSync(join(folder.path, 'sotto-data')).sort()).toEqual(['ballast', 'root.key', 'sotto.db'])
  },
)

test('its files are for its own eyes, also in a folder that others may read', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  mkdirSync(dataDir)
  chmodSync(dataDir, 0o755)
  await using _server = await startProcess(dataDir)
  const modes = readdirSync(dataDir).map((file) => [file, modeOf(dataDir, file)])
  expect(modes.sort()).toEqual(
    ['ballast', 'root.key', 'sotto.db', 'sotto.db-shm', 'sotto.db-wal'].map((file) => [file, 0o600]),
  )
})

test('neither the root key nor any other key is on the terminal or in the log', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  const { key, receipt } = (await (await post(server.url, '/secrets', { content: 'sésame' })).json()) as Answer
  await fetch(`${server.url}/secret/${key}`)
  await fetch(`${server.url}/receipt/${receipt.key}`)
  await server.stop()
  const rootKey = readFileSync(join(folder.path, 'root.key'), 'utf8').trim()
  const said = server.output() + server.stdout()
  expect(said).toContain('/secret/:key')
  const hex = Uint8Array.fromBase64(rootKey).toHex()
  for (const secret of [rootKey, hex, key, receipt.key, 'sésame']) expect(said).not.toContain(secret)
})

test('SIGTERM lets a request in flight end, takes no new one, and leaves nothing but the key and the database', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  using idle = await Connection.open(server.url)
  using halfSent = await Connection.open(server.url)
  const body = '{"content":"in flight"}'
  expect((await idle.post('/api/v3/secrets', body)).status).toBe(201)
  halfSent.write(createHead(server, body) + body.slice(0, 9))
  await Bun.sleep(100)
  server.signal('SIGTERM')
  await untilRefused(server.url)
  const answer = halfSent.answer()
  halfSent.write(body.slice(9))
  const { status, body: created } = await answer
  expect(status).toBe(201)
  expect(await server.ended()).toBe(0)
  expect(readdirSync(folder.path).sort()).toEqual(['ballast', 'root.key', 'sotto.db'])

  await using again = await startProcess(folder.path)
  const { key } = JSON.parse(created) as Answer
  expect(await (await post(again.url, `/secrets/${key}/reveal`)).json()).toEqual({ content: 'in flight' })
})

test('SIGTERM waits for the passphrases that are being stretched', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  const lines = await Promise.all(Array.from({ length: 6 }, () => Connection.open(server.url)))
  const answers = lines.map((line) => line.post('/api/v3/secrets', '{"content":"x","passphrase":"p"}'))
  await Bun.sleep(10)
  server.signal('SIGTERM')
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(lines.map(() => 201))
  expect(await server.ended()).toBe(0)
})

test('a second signal does not wait', async () => {
  using folder = temporaryFolder()
  await using server = await startProcess(folder.path)
  using halfSent = await Connection.open(server.url)
  halfSent.write(createHead(server, '{"content":"never"}'))
  await Bun.sleep(100)
  server.signal('SIGINT')
  await untilRefused(server.url)
  server.signal('SIGINT')
  expect(await server.ended()).toBe(1)
  await using again = await startProcess(folder.path)
  expect(await roundTrip(again.url)).toBe('sésame')
})

test('a port that is taken is said in one sentence that names --listen, and the data is closed again', async () => {
  using folder = temporaryFolder()
  using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const args = ['serve', '--listen', `127.0.0.1:${other.port}`, '--data-dir', folder.path]
  const { code, stderr } = await run(args)
  expect(stderr).toBe(
    `sotto: cannot listen on 127.0.0.1:${other.port}: another program listens there; --listen names another address\n`,
  )
  expect(code).toBe(78)
  expect(readdirSync(folder.path).sort()).toEqual(['ballast', 'root.key', 'sotto.db'])
})

test('an address or a certificate that cannot be used is said with the option that names it', async () => {
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

test('a bad configuration is refused with every fault at once, before anything is made', async () => {
  using folder = temporaryFolder()
  const env = { SOTTO_REGION: 'Not A Region', SOTTO_COLOUR: 'blue', SOTTO_ROOT_KEY: 'c2hvcnQ' }
  const { code, stdout, stderr } = await run(['--ttl-max', '9 parsecs', '--listn', ':80'], { env, cwd: folder.path })
  expect(code).toBe(78)
  for (const said of ['--ttl-max', '9 parsecs', 'SOTTO_REGION', 'SOTTO_COLOUR', 'SOTTO_ROOT_KEY', '--listn'])
    expect(stderr).toContain(said)
  expect(stderr).not.toContain('c2hvcnQ')
  expect(stderr.trim().split('\n')).toHaveLength(5)
  expect(stdout).toBe('')
  expect(readdirSync(folder.path)).toEqual([])
})

test('a database of another region is refused, and stays as it is', async () => {
  using folder = await usedFolder('eu')
  const before = readFileSync(join(folder.path, 'sotto.db'))
  const { code, stderr } = await run(['--data-dir', folder.path, '--region', 'us'])
  expect(code).toBe(78)
  expect(stderr).toMatch(/^sotto: the database belongs to region "eu", this instance is configured for "us": .+\n$/)
  expect(readFileSync(join(folder.path, 'sotto.db'))).toEqual(before)
})

test('a root key of another database is refused', async () => {
  using folder = await usedFolder()
  writeFileSync(join(folder.path, 'root.key'), crypto.getRandomValues(new Uint8Array(32)).toBase64())
  const { code, stderr } = await run(['--data-dir', folder.path])
  expect(code).toBe(78)
  expect(stderr).toMatch(/^sotto: the root key does not belong to this database .+\n$/)
})

test('a root key that got lost is missed, and not made anew beside a database that it would not open', async () => {
  using folder = await usedFolder()
  rmSync(join(folder.path, 'root.key'))
  const { code, stderr } = await run(['--data-dir', folder.path])
  expect(code).toBe(78)
  expect(stderr).toContain(`${join(folder.path, 'root.key')} is missing`)
  expect(existsSync(join(folder.path, 'root.key'))).toBe(false)
})

test('a root key file that holds no key is refused without showing what it holds', async () => {
  using folder = temporaryFolder()
  for (const text of ['', 'no key!', 'c2hvcnQ=']) {
    writeFileSync(join(folder.path, 'root.key'), text)
    const { code, stderr } = await run(['--data-dir', folder.path])
    expect(stderr).toBe(`sotto: ${join(folder.path, 'root.key')}: expected 32 bytes in base64\n`)
    expect(code).toBe(78)
  }
})

test('a first start that was cut off does not stop the next one, not even where both are process number 1', () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, `root.key.${process.pid}`), '')
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const config = configWith({ 'data-dir': folder.path })
  const { id } = openRootKey(config, { random })
  expect(openRootKey(config, { random }).id).toBe(id)
})

test('a database of a newer program is refused', async () => {
  using folder = await usedFolder()
  const db = new Database(join(folder.path, 'sotto.db'))
  db.run(`PRAGMA user_version=${schemaVersion + 1}`)
  db.close()
  const { code, stderr } = await run(['--data-dir', folder.path])
  expect(code).toBe(78)
  expect(stderr).toContain(`schema ${schemaVersion + 1}`)
})

test('it listens on a unix socket with the mode that was asked for', async () => {
  using folder = temporaryFolder()
  const socket = join(folder.path, 'sotto.sock')
  for (const [query, mode] of [
    ['?mode=0600', 0o600],
    ['', 0o660],
  ] as const) {
    const args = ['--listen', `unix:${socket}${query}`, '--base-url', 'https://secrets.example.org']
    await using server = spawn([...args, '--data-dir', join(folder.path, 'data')], '')
    await untilSaid(server, 'listening')
    expect(modeOf(socket)).toBe(mode)
    expect(server.output()).toContain(`https://secrets.example.org (unix:${socket})`)
    const response = await fetch('http://localhost/healthz', { unix: socket })
    expect(await response.json()).toMatchObject({ status: 'ok' })
    expect(await server.stop()).toBe(0)
  }
})

test('version prints the version, and with --json also commit and schema', async () => {
  expect(await run(['version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  const { code, stdout } = await run(['version', '--json'])
  expect(JSON.parse(stdout)).toEqual({ version: manifest.version, commit: 'source', schema: schemaVersion })
  expect(code).toBe(0)
})

test('a command that does not exist is answered with those that do', async () => {
  const { code, stdout, stderr } = await run(['sever'])
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean serve')
  expect(stdout).toBe('')
})

test('help names every command and every option that is a flag, with its sentence', async () => {
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

/** A data directory that a server has used and left. */
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

async function portIsTaken(port: number): Promise<boolean> {
  try {
    await Bun.serve({ hostname: '127.0.0.1', port, fetch: () => new Response() }).stop(true)
    return false
  } catch {
    return true
  }
}

async function untilRefused(url: string): Promise<void> {
  while (
    await fetch(`${url}/healthz`, { keepalive: false }).then(
      () => true,
      () => false,
    )
  )
    await Bun.sleep(10)
}

async function untilSaid(server: ServerProcess, words: string): Promise<void> {
  for (let tries = 0; tries < 400 && !server.output().includes(words); tries++) await Bun.sleep(25)
  expect(server.output()).toContain(words)
}

test('a file that lies where the socket should be is not removed, nor the socket of a server that runs', async () => {
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
  expect(refused.stderr).toContain('no socket')
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

test('a data directory that cannot be made and a database that is none are said with their paths', async () => {
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
