import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../../src/crypto/end-to-end.ts'
import { unlessGone } from '../fixtures/gone.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { builtExecutable, post, type ServerProcess, startProcess } from '../fixtures/process.ts'

setDefaultTimeout(90_000)

const executable = builtExecutable()

test('the scanner finds a planted text or bytes, in any encoding, in a file and in the output of a program', async () => {
  using folder = createServerFolder()
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  mkdirSync(join(folder.tmp, 'deep'))
  for (const form of encodingsOf(bytes)) {
    writeFileSync(join(folder.tmp, 'deep', 'planted'), Buffer.concat([new Uint8Array(70_000), form, new Uint8Array(9)]))
    expect(findCanaries(folder, { planted: bytes })).toEqual([`planted in ${join(folder.tmp, 'deep', 'planted')}`])
  }
  writeFileSync(join(folder.tmp, 'deep', 'planted'), '')
  const output = `at the end of a line: ${Buffer.from('a text').toString('base64')}`
  expect(findCanaries(folder, { text: 'a text' }, output)).toEqual(['text in the output'])
})

test('no secret, key or passphrase is ever in a file, a log line or the temporary folder, neither before nor after it is revealed or burned', async () => {
  using folder = createServerFolder()
  await using server = await startServer(folder)
  const canaries: Canaries = {}
  for (const end of ['reveal', 'burn'] as const) {
    const name = (what: string) => `${what} (${end})`
    const content = canary('content')
    const passphrase = canary('passphrase')
    const idempotencyKey = canary('idempotency-key')
    const created = await postJson(server, '/secrets', { content, passphrase }, { 'idempotency-key': idempotencyKey })
    const fragment = createFragment()
    const keys = await deriveFragmentKeys(fragment)
    const sealed = await sealWithFragment(keys, new TextEncoder().encode(canary('sealed')))
    const endToEnd = await postJson(server, '/secrets', { sealed: toBase64Url(sealed), proof: toBase64Url(keys.proof) })
    Object.assign(canaries, {
      [name('content')]: content,
      [name('passphrase')]: passphrase,
      [name('idempotency key')]: idempotencyKey,
      [name('secret key')]: created.key,
      [name('receipt key')]: created.receipt.key,
      [name('end-to-end secret key')]: endToEnd.key,
      [name('end-to-end receipt key')]: endToEnd.receipt.key,
      [name('fragment')]: fragment,
      [name('proof')]: keys.proof,
      [name('sealed message')]: sealed,
    })
    await visitPages(server, created, endToEnd)
    await sendFailingRequests(server, created, canaries)
    expect(findCanaries(folder, canaries, outputOf(server))).toEqual([])
    if (end === 'burn') {
      for (const { receipt } of [created, endToEnd])
        expect(await postJson(server, `/receipts/${receipt.key}/burn`)).toMatchObject({ state: 'burned' })
    } else {
      expect(await postJson(server, `/secrets/${created.key}/reveal`, { passphrase })).toEqual({ content } as never)
      const opened = await postJson(server, `/secrets/${endToEnd.key}/reveal`, { proof: toBase64Url(keys.proof) })
      expect(opened.sealed).toBe(toBase64Url(sealed))
    }
    expect(findCanaries(folder, canaries, outputOf(server))).toEqual([])
    await untilPurged(folder)
    expect(findCanaries(folder, canaries, outputOf(server))).toEqual([])
  }
  expect(await server.stop()).toBe(0)
  expect(findCanaries(folder, canaries, outputOf(server))).toEqual([])
  expect(server.output()).toContain('"route":"/api/v3/secrets/:key/reveal"')
  expect(server.stdout()).toBe('')
})

test('no file contains the ciphertext after a reveal, a burn or an acknowledged replay and a purge', async () => {
  using folder = createServerFolder()
  await using server = await startServer(folder)
  const created: Answer[] = []
  for (let index = 0; index < 120; index++)
    created.push(await postJson(server, '/secrets', { content: 'x'.repeat([10, 300, 1000, 5000][index % 4] ?? 0) }))
  const rows = storedRows(folder)
  expect(rows.size).toBe(120)
  const ended = created.filter((_, index) => (index * 7) % 10 < 7)
  const remaining = created.filter((one) => !ended.includes(one))
  const traces = tracesOf(rows, ended)
  expect(findTraces(folder, traces)).toEqual(new Set(Object.keys(traces)))

  for (const [index, { key, receipt }] of ended.entries()) {
    const idempotencyKey = { 'idempotency-key': `idempotency-key-of-reader-${index}` }
    if (index % 3 === 0) await postJson(server, `/receipts/${receipt.key}/burn`)
    else await postJson(server, `/secrets/${key}/reveal`, {}, index % 3 === 1 ? {} : idempotencyKey)
    if (index % 3 === 2)
      expect((await post(server.url, `/secrets/${key}/acknowledge`, {}, idempotencyKey)).status).toBe(204)
  }
  await eventually(() => expect(findTraces(folder, traces)).toEqual(new Set()))
  const remainingTraces = tracesOf(rows, remaining)
  expect(findTraces(folder, remainingTraces)).toEqual(new Set(Object.keys(remainingTraces)))
  for (const { key } of remaining) expect((await post(server.url, `/secrets/${key}/reveal`)).status).toBe(200)
})

test('a long-running reader of the database does not block the server, and the ciphertext is gone when it ends', async () => {
  using folder = createServerFolder()
  await using server = await startServer(folder)
  const created = await postJson(server, '/secrets', { content: 'x'.repeat(3000) })
  const traces = tracesOf(storedRows(folder), [created])
  using reader = new Database(join(folder.dataDir, 'sotto.db'), { readonly: true })
  reader.run('BEGIN')
  reader.query('SELECT count(*) FROM secret').get()
  await postJson(server, `/secrets/${created.key}/reveal`)
  const purged = lastPurge(folder)
  await eventually(() => expect(lastPurge(folder)).toBeGreaterThan(purged + 1))
  const another = await postJson(server, '/secrets', { content: 'another' })
  await postJson(server, `/secrets/${another.key}/reveal`)
  expect(findTraces(folder, traces).size).toBeGreaterThan(0)
  reader.run('COMMIT')
  await eventually(() => expect(findTraces(folder, traces)).toEqual(new Set()))
})

/** The folders of one server: its data, its working folder and its temporary files. */
interface ServerFolder extends Disposable {
  readonly path: string
  readonly dataDir: string
  readonly tmp: string
}

function createServerFolder(): ServerFolder {
  const parent = temporaryFolder()
  const [dataDir, tmp] = [join(parent.path, 'data'), join(parent.path, 'tmp')]
  mkdirSync(tmp)
  return { path: parent.path, dataDir, tmp, [Symbol.dispose]: () => parent[Symbol.dispose]() }
}

function startServer({ dataDir, path, tmp }: ServerFolder): Promise<ServerProcess> {
  const env = { TMPDIR: tmp, BUN_TMPDIR: tmp, HOME: path }
  return startProcess(dataDir, { command: [executable], args: ['--purge-interval', '1s'], cwd: path, env })
}

function canary(what: string): string {
  return `canary-${what}-${crypto.randomUUID()}`
}

async function postJson(
  { url }: ServerProcess,
  path: string,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await post(url, path, body, headers)
  if (!response.ok) throw new Error(`${path.split('/', 2)[1]}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

// Every GET request that is possible before a reveal.
async function visitPages({ url }: ServerProcess, ...created: Answer[]): Promise<void> {
  for (const { key, receipt } of created) {
    for (const path of [`/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`]) {
      const response = await fetch(url + path, { headers: { accept: 'text/html', 'user-agent': canary('agent') } })
      expect(response.status).toBe(200)
      await response.text()
    }
  }
}

// Every failing request, with the canaries in the wrong places.
async function sendFailingRequests(server: ServerProcess, { key, receipt }: Answer, canaries: Canaries): Promise<void> {
  const texts = Object.values(canaries).filter((value) => typeof value === 'string')
  expect((await post(server.url, `/secrets/${key}/reveal`)).status).toBe(403)
  expect((await post(server.url, `/secrets/${key}/reveal`, { passphrase: key })).status).toBe(403)
  for (const text of texts) {
    expect((await post(server.url, '/secrets', { content: text, [text]: text })).status).toBe(400)
    expect((await post(server.url, '/secrets', { content: text, ttl: text.slice(0, 32) })).status).toBe(400)
    expect((await post(server.url, `/secrets/${text}/reveal?q=${text}`, { proof: text })).status).toBe(400)
    expect((await post(server.url, `/secrets?${text}=${text}`, text)).status).toBe(400)
    expect((await fetch(`${server.url}/${text}/${key}?${receipt.key}`, { headers: { referer: text } })).status).toBe(
      404,
    )
  }
}

type Canaries = Record<string, string | Uint8Array>

// Unchanged, in lower and upper case hex, base64, base64url and UTF-16.
function encodingsOf(value: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(value as string)
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64url')]
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  const forms = [bytes, ...[...texts, base64].map((text) => Buffer.from(text))]
  return typeof value === 'string' ? [...forms, Buffer.from(value, 'utf16le')] : forms
}

/** Returns which canaries are in which file of a folder, or in the output. */
function findCanaries(folder: ServerFolder, canaries: Canaries, output = ''): string[] {
  const haystacks = [...filesOf(folder), ['the output', Buffer.from(output)] as const]
  return Object.entries(canaries).flatMap(([name, value]) => {
    const forms = encodingsOf(value)
    const hits = haystacks.filter(([, bytes]) => forms.some((form) => bytes.includes(form)))
    return hits.map(([path]) => `${name} in ${path}`)
  })
}

function filesOf(folder: ServerFolder): (readonly [string, Buffer])[] {
  return readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => unlessGone(() => [path, readFileSync(path)] as const))
}

function outputOf(server: ServerProcess): string {
  return server.output() + server.stdout()
}

interface StoredSecret {
  readonly id: number
  readonly lookup: Uint8Array
  readonly sealed: Uint8Array
  readonly link: Uint8Array
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
}

function storedRows({ dataDir }: ServerFolder): Map<string, StoredSecret> {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  const rows = db.query<StoredSecret, []>('SELECT id, lookup, sealed, link, salt, commitment FROM secret').all()
  return new Map(rows.map((row) => [row.lookup.toHex(), row]))
}

// Every 24 bytes of the stored secrets, so that a part of an old copy is found too.
function tracesOf(rows: Map<string, StoredSecret>, secrets: readonly Answer[]): Record<string, Uint8Array[]> {
  const piecesOf = (bytes: Uint8Array) =>
    Array.from({ length: Math.max(1, Math.floor(bytes.length / 24)) }, (_, index) =>
      bytes.subarray(24 * index, 24 * index + Math.min(24, bytes.length)),
    )
  return Object.fromEntries(
    secrets.map(({ key }) => {
      const row = rows.get(new Bun.CryptoHasher('sha256').update(`sotto/v1/lookup\0${key}`).digest('hex'))
      if (!row) throw new Error('a secret that is not stored')
      const { id, lookup, sealed, link, salt, commitment } = row
      return [id, [lookup, sealed, link, salt, commitment].flatMap(piecesOf)]
    }),
  )
}

function findTraces(folder: ServerFolder, traces: Record<string, Uint8Array[]>): Set<string> {
  const files = filesOf(folder).filter(([path]) => path.startsWith(folder.dataDir))
  const isFound = (piece: Uint8Array) => files.some(([, bytes]) => bytes.includes(piece))
  return new Set(Object.keys(traces).filter((name) => traces[name]?.some(isFound)))
}

function lastPurge({ dataDir }: ServerFolder): number {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  return db.query<{ id: number }, []>(`SELECT max(id) AS id FROM purge WHERE rule = 'run'`).get()?.id ?? 0
}

async function untilPurged(folder: ServerFolder): Promise<void> {
  const before = lastPurge(folder)
  await eventually(() => expect(lastPurge(folder)).toBeGreaterThan(before + 1))
}

// The purge rewrites the file when the server is idle, so this can take a few runs.
async function eventually(check: () => void): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    try {
      return check()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await Bun.sleep(200)
    }
  }
}
