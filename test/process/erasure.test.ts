import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fragmentKeys, newFragment, sealWithFragment, toBase64Url } from '../../src/crypto/end-to-end.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { builtExecutable, post, type ServerProcess, startProcess } from '../fixtures/process.ts'

setDefaultTimeout(90_000)

const executable = builtExecutable()

test('the scanner finds planted texts and bytes in any encoding, in files and in output', async () => {
  using sandbox = createSandbox()
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  mkdirSync(join(sandbox.tmp, 'deep'))
  for (const form of encodingsOf(bytes)) {
    writeFileSync(
      join(sandbox.tmp, 'deep', 'planted'),
      Buffer.concat([new Uint8Array(70_000), form, new Uint8Array(9)]),
    )
    expect(findCanaries(sandbox, { planted: bytes })).toEqual([`planted in ${join(sandbox.tmp, 'deep', 'planted')}`])
  }
  writeFileSync(join(sandbox.tmp, 'deep', 'planted'), '')
  const said = `at the end of a line: ${Buffer.from('a text').toString('base64')}`
  expect(findCanaries(sandbox, { text: 'a text' }, said)).toEqual(['text in the output'])
})

test('contents and keys are in no file, log line or temporary folder while waiting, after a reveal or after a burn', async () => {
  using sandbox = createSandbox()
  await using server = await startServerIn(sandbox)
  const canaries: Canaries = {}
  for (const end of ['reveal', 'burn'] as const) {
    const name = (what: string) => `${what} (${end})`
    const content = canary('content')
    const passphrase = canary('passphrase')
    const idempotencyKey = canary('idempotency-key')
    const made = await postJson(server, '/secrets', { content, passphrase }, { 'idempotency-key': idempotencyKey })
    const fragment = newFragment()
    const keys = await fragmentKeys(fragment)
    const sealed = await sealWithFragment(keys, new TextEncoder().encode(canary('sealed')))
    const endToEnd = await postJson(server, '/secrets', { sealed: toBase64Url(sealed), proof: toBase64Url(keys.proof) })
    Object.assign(canaries, {
      [name('content')]: content,
      [name('passphrase')]: passphrase,
      [name('idempotency key')]: idempotencyKey,
      [name('secret key')]: made.key,
      [name('receipt key')]: made.receipt.key,
      [name('end-to-end secret key')]: endToEnd.key,
      [name('end-to-end receipt key')]: endToEnd.receipt.key,
      [name('fragment')]: fragment,
      [name('proof')]: keys.proof,
      [name('sealed message')]: sealed,
    })
    await requestPages(server, made, endToEnd)
    await sendInvalidRequests(server, made, canaries)
    expect(findCanaries(sandbox, canaries, outputOf(server))).toEqual([])
    if (end === 'burn') {
      for (const { receipt } of [made, endToEnd])
        expect(await postJson(server, `/receipts/${receipt.key}/burn`)).toMatchObject({ state: 'burned' })
    } else {
      expect(await postJson(server, `/secrets/${made.key}/reveal`, { passphrase })).toEqual({ content } as never)
      const opened = await postJson(server, `/secrets/${endToEnd.key}/reveal`, { proof: toBase64Url(keys.proof) })
      expect(opened.sealed).toBe(toBase64Url(sealed))
    }
    expect(findCanaries(sandbox, canaries, outputOf(server))).toEqual([])
    await waitForPurge(sandbox)
    expect(findCanaries(sandbox, canaries, outputOf(server))).toEqual([])
  }
  expect(await server.stop()).toBe(0)
  expect(findCanaries(sandbox, canaries, outputOf(server))).toEqual([])
  expect(server.output()).toContain('"route":"/api/v3/secrets/:key/reveal"')
  expect(server.stdout()).toBe('')
})

test('after a reveal, a burn or an acknowledgement and a purge, the ciphertext is in no file', async () => {
  using sandbox = createSandbox()
  await using server = await startServerIn(sandbox)
  const created: Answer[] = []
  for (let index = 0; index < 120; index++)
    created.push(await postJson(server, '/secrets', { content: 'x'.repeat([10, 300, 1000, 5000][index % 4] ?? 0) }))
  const rows = storedRows(sandbox)
  expect(rows.size).toBe(120)
  const erased = created.filter((_, index) => (index * 7) % 10 < 7)
  const kept = created.filter((one) => !erased.includes(one))
  const traces = tracesOf(rows, erased)
  expect(idsWithTraces(sandbox, traces)).toEqual(new Set(Object.keys(traces)))

  for (const [index, { key, receipt }] of erased.entries()) {
    const headers = { 'idempotency-key': `key-of-reader-${index}` }
    if (index % 3 === 0) await postJson(server, `/receipts/${receipt.key}/burn`)
    else await postJson(server, `/secrets/${key}/reveal`, {}, index % 3 === 1 ? {} : headers)
    if (index % 3 === 2) expect((await post(server.url, `/secrets/${key}/acknowledge`, {}, headers)).status).toBe(204)
  }
  await eventually(() => expect(idsWithTraces(sandbox, traces)).toEqual(new Set()))
  const keptTraces = tracesOf(rows, kept)
  expect(idsWithTraces(sandbox, keptTraces)).toEqual(new Set(Object.keys(keptTraces)))
  for (const { key } of kept) expect((await post(server.url, `/secrets/${key}/reveal`)).status).toBe(200)
})

test('a long-running reader of the database does not block the server, and the ciphertext is erased after it ends', async () => {
  using sandbox = createSandbox()
  await using server = await startServerIn(sandbox)
  const made = await postJson(server, '/secrets', { content: 'x'.repeat(3000) })
  const traces = tracesOf(storedRows(sandbox), [made])
  using reader = new Database(join(sandbox.dataDir, 'sotto.db'), { readonly: true })
  reader.run('BEGIN')
  reader.query('SELECT count(*) FROM secret').get()
  await postJson(server, `/secrets/${made.key}/reveal`)
  const purged = lastPurge(sandbox)
  await eventually(() => expect(lastPurge(sandbox)).toBeGreaterThan(purged + 1))
  const another = await postJson(server, '/secrets', { content: 'another' })
  await postJson(server, `/secrets/${another.key}/reveal`)
  expect(idsWithTraces(sandbox, traces).size).toBeGreaterThan(0)
  reader.run('COMMIT')
  await eventually(() => expect(idsWithTraces(sandbox, traces)).toEqual(new Set()))
})

/** The folders of one server: working directory, data and temporary files. */
interface Sandbox extends Disposable {
  readonly path: string
  readonly dataDir: string
  readonly tmp: string
}

function createSandbox(): Sandbox {
  const folder = temporaryFolder()
  const [dataDir, tmp] = [join(folder.path, 'data'), join(folder.path, 'tmp')]
  mkdirSync(tmp)
  return { path: folder.path, dataDir, tmp, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

function startServerIn({ dataDir, path, tmp }: Sandbox): Promise<ServerProcess> {
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

// Requests every page and API route that can be read by GET.
async function requestPages({ url }: ServerProcess, ...made: Answer[]): Promise<void> {
  for (const { key, receipt } of made) {
    for (const path of [`/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`]) {
      const response = await fetch(url + path, { headers: { accept: 'text/html', 'user-agent': canary('agent') } })
      expect(response.status).toBe(200)
      await response.text()
    }
  }
}

// Sends invalid requests with the canaries in the wrong places.
async function sendInvalidRequests(server: ServerProcess, { key, receipt }: Answer, canaries: Canaries): Promise<void> {
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

// Unchanged, in hex of either case, in base64 and base64url, and as UTF-16.
function encodingsOf(value: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(value as string)
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64url')]
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  const forms = [bytes, ...[...texts, base64].map((text) => Buffer.from(text))]
  return typeof value === 'string' ? [...forms, Buffer.from(value, 'utf16le')] : forms
}

/** Lists the canaries found, with the file, or in the output of a program. */
function findCanaries(sandbox: Sandbox, canaries: Canaries, output = ''): string[] {
  const haystacks = [...filesOf(sandbox), ['the output', Buffer.from(output)] as const]
  return Object.entries(canaries).flatMap(([name, value]) => {
    const forms = encodingsOf(value)
    const hits = haystacks.filter(([, bytes]) => forms.some((form) => bytes.includes(form)))
    return hits.map(([path]) => `${name} in ${path}`)
  })
}

function filesOf(sandbox: Sandbox): (readonly [string, Buffer])[] {
  return readdirSync(sandbox.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path)] as const)
}

function outputOf(server: ServerProcess): string {
  return server.output() + server.stdout()
}

interface Stored {
  readonly id: number
  readonly lookup: Uint8Array
  readonly sealed: Uint8Array
  readonly link: Uint8Array
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
}

function storedRows({ dataDir }: Sandbox): Map<string, Stored> {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  const rows = db.query<Stored, []>('SELECT id, lookup, sealed, link, salt, commitment FROM secret').all()
  return new Map(rows.map((row) => [row.lookup.toHex(), row]))
}

// All stored values of these secrets in pieces of 24 bytes, so that a partial copy is found too.
function tracesOf(rows: Map<string, Stored>, secrets: readonly Answer[]): Record<string, Uint8Array[]> {
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

function idsWithTraces(sandbox: Sandbox, traces: Record<string, Uint8Array[]>): Set<string> {
  const files = filesOf(sandbox).filter(([path]) => path.startsWith(sandbox.dataDir))
  const isFound = (piece: Uint8Array) => files.some(([, bytes]) => bytes.includes(piece))
  return new Set(Object.keys(traces).filter((name) => traces[name]?.some(isFound)))
}

function lastPurge({ dataDir }: Sandbox): number {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  return db.query<{ id: number }, []>(`SELECT max(id) AS id FROM purge WHERE rule = 'run'`).get()?.id ?? 0
}

async function waitForPurge(sandbox: Sandbox): Promise<void> {
  const before = lastPurge(sandbox)
  await eventually(() => expect(lastPurge(sandbox)).toBeGreaterThan(before + 1))
}

// The purge rewrites the database file when the server is idle, so this may take a few runs.
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
