import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../../src/crypto/end-to-end.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { builtExecutable, post, type ServerProcess, startProcess } from '../fixtures/process.ts'

setDefaultTimeout(90_000)

const executable = builtExecutable()

test('the scanner finds a planted text or bytes, in any of its forms, in a file and in what a program said', async () => {
  using place = openPlace()
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  mkdirSync(join(place.tmp, 'deep'))
  for (const form of formsOf(bytes)) {
    writeFileSync(join(place.tmp, 'deep', 'planted'), Buffer.concat([new Uint8Array(70_000), form, new Uint8Array(9)]))
    expect(found(place, { planted: bytes })).toEqual([`planted in ${join(place.tmp, 'deep', 'planted')}`])
  }
  writeFileSync(join(place.tmp, 'deep', 'planted'), '')
  const said = `at the end of a line: ${Buffer.from('a text').toString('base64')}`
  expect(found(place, { text: 'a text' }, said)).toEqual(['text in what was said'])
})

test('nothing that opens or is a secret is ever in a file, a log line or the temporary folder: not while it waits, not when revealed, not when burned', async () => {
  using place = openPlace()
  await using server = await startHere(place)
  const canaries: Canaries = {}
  for (const end of ['reveal', 'burn'] as const) {
    const name = (what: string) => `${what} (${end})`
    const content = canary('content')
    const passphrase = canary('passphrase')
    const repeat = canary('repeat')
    const made = await answered(server, '/secrets', { content, passphrase }, { 'idempotency-key': repeat })
    const fragment = createFragment()
    const keys = await deriveFragmentKeys(fragment)
    const sealed = await sealWithFragment(keys, new TextEncoder().encode(canary('sealed')))
    const endToEnd = await answered(server, '/secrets', { sealed: toBase64Url(sealed), proof: toBase64Url(keys.proof) })
    Object.assign(canaries, {
      [name('content')]: content,
      [name('passphrase')]: passphrase,
      [name('idempotency key')]: repeat,
      [name('secret key')]: made.key,
      [name('receipt key')]: made.receipt.key,
      [name('end-to-end secret key')]: endToEnd.key,
      [name('end-to-end receipt key')]: endToEnd.receipt.key,
      [name('fragment')]: fragment,
      [name('proof')]: keys.proof,
      [name('sealed message')]: sealed,
    })
    await look(server, made, endToEnd)
    await fumble(server, made, canaries)
    expect(found(place, canaries, said(server))).toEqual([])
    if (end === 'burn') {
      for (const { receipt } of [made, endToEnd])
        expect(await answered(server, `/receipts/${receipt.key}/burn`)).toMatchObject({ state: 'burned' })
    } else {
      expect(await answered(server, `/secrets/${made.key}/reveal`, { passphrase })).toEqual({ content } as never)
      const opened = await answered(server, `/secrets/${endToEnd.key}/reveal`, { proof: toBase64Url(keys.proof) })
      expect(opened.sealed).toBe(toBase64Url(sealed))
    }
    expect(found(place, canaries, said(server))).toEqual([])
    await untilPurged(place)
    expect(found(place, canaries, said(server))).toEqual([])
  }
  expect(await server.stop()).toBe(0)
  expect(found(place, canaries, said(server))).toEqual([])
  expect(server.output()).toContain('"route":"/api/v3/secrets/:key/reveal"')
  expect(server.stdout()).toBe('')
})

test('after a reveal, a burn or an acknowledged repeat and a purge, the ciphertext is in no file any more', async () => {
  using place = openPlace()
  await using server = await startHere(place)
  const made: Answer[] = []
  for (let index = 0; index < 120; index++)
    made.push(await answered(server, '/secrets', { content: 'x'.repeat([10, 300, 1000, 5000][index % 4] ?? 0) }))
  const rows = storedRows(place)
  expect(rows.size).toBe(120)
  const leaving = made.filter((_, index) => (index * 7) % 10 < 7)
  const remaining = made.filter((one) => !leaving.includes(one))
  const traces = tracesOf(rows, leaving)
  expect(foundNames(place, traces)).toEqual(new Set(Object.keys(traces)))

  for (const [index, { key, receipt }] of leaving.entries()) {
    const word = { 'idempotency-key': `word-of-reader-${index}` }
    if (index % 3 === 0) await answered(server, `/receipts/${receipt.key}/burn`)
    else await answered(server, `/secrets/${key}/reveal`, {}, index % 3 === 1 ? {} : word)
    if (index % 3 === 2) expect((await post(server.url, `/secrets/${key}/acknowledge`, {}, word)).status).toBe(204)
  }
  await eventually(() => expect(foundNames(place, traces)).toEqual(new Set()))
  const living = tracesOf(rows, remaining)
  expect(foundNames(place, living)).toEqual(new Set(Object.keys(living)))
  for (const { key } of remaining) expect((await post(server.url, `/secrets/${key}/reveal`)).status).toBe(200)
})

test('a long reader of the database keeps neither the server from answering nor, once it is done, the ciphertext from going', async () => {
  using place = openPlace()
  await using server = await startHere(place)
  const made = await answered(server, '/secrets', { content: 'x'.repeat(3000) })
  const traces = tracesOf(storedRows(place), [made])
  using reader = new Database(join(place.dataDir, 'sotto.db'), { readonly: true })
  reader.run('BEGIN')
  reader.query('SELECT count(*) FROM secret').get()
  await answered(server, `/secrets/${made.key}/reveal`)
  const purged = lastPurge(place)
  await eventually(() => expect(lastPurge(place)).toBeGreaterThan(purged + 1))
  const another = await answered(server, '/secrets', { content: 'another' })
  await answered(server, `/secrets/${another.key}/reveal`)
  expect(foundNames(place, traces).size).toBeGreaterThan(0)
  reader.run('COMMIT')
  await eventually(() => expect(foundNames(place, traces)).toEqual(new Set()))
})

/** Where one server lives: its data, its folder and its temporary files, and nobody else's. */
interface Place extends Disposable {
  readonly path: string
  readonly dataDir: string
  readonly tmp: string
}

function openPlace(): Place {
  const folder = temporaryFolder()
  const [dataDir, tmp] = [join(folder.path, 'data'), join(folder.path, 'tmp')]
  mkdirSync(tmp)
  return { path: folder.path, dataDir, tmp, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

function startHere({ dataDir, path, tmp }: Place): Promise<ServerProcess> {
  const env = { TMPDIR: tmp, BUN_TMPDIR: tmp, HOME: path }
  return startProcess(dataDir, { command: [executable], args: ['--purge-interval', '1s'], cwd: path, env })
}

function canary(what: string): string {
  return `canary-${what}-${crypto.randomUUID()}`
}

async function answered(
  { url }: ServerProcess,
  path: string,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await post(url, path, body, headers)
  if (!response.ok) throw new Error(`${path.split('/', 2)[1]}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

// All that a person may do before: pages, links, receipts, by GET.
async function look({ url }: ServerProcess, ...made: Answer[]): Promise<void> {
  for (const { key, receipt } of made) {
    for (const path of [`/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`]) {
      const response = await fetch(url + path, { headers: { accept: 'text/html', 'user-agent': canary('agent') } })
      expect(response.status).toBe(200)
      await response.text()
    }
  }
}

// All that can go wrong, with the canaries where they do not belong.
async function fumble(server: ServerProcess, { key, receipt }: Answer, canaries: Canaries): Promise<void> {
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

// As it is, in hex of either case, in base64 and base64url, and as UTF-16.
function formsOf(value: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(value as string)
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64url')]
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  const forms = [bytes, ...[...texts, base64].map((text) => Buffer.from(text))]
  return typeof value === 'string' ? [...forms, Buffer.from(value, 'utf16le')] : forms
}

/** Which canaries are in which file of a place, or in what a program said. */
function found(place: Place, canaries: Canaries, words = ''): string[] {
  const haystacks = [...filesOf(place), ['what was said', Buffer.from(words)] as const]
  return Object.entries(canaries).flatMap(([name, value]) => {
    const forms = formsOf(value)
    const hits = haystacks.filter(([, bytes]) => forms.some((form) => bytes.includes(form)))
    return hits.map(([path]) => `${name} in ${path}`)
  })
}

function filesOf(place: Place): (readonly [string, Buffer])[] {
  return readdirSync(place.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path)] as const)
}

function said(server: ServerProcess): string {
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

function storedRows({ dataDir }: Place): Map<string, Stored> {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  const rows = db.query<Stored, []>('SELECT id, lookup, sealed, link, salt, commitment FROM secret').all()
  return new Map(rows.map((row) => [row.lookup.toHex(), row]))
}

// Every 24 bytes of what is stored of these secrets: half a page of an old copy would be a trace too.
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

function foundNames(place: Place, traces: Record<string, Uint8Array[]>): Set<string> {
  const files = filesOf(place).filter(([path]) => path.startsWith(place.dataDir))
  const isFound = (piece: Uint8Array) => files.some(([, bytes]) => bytes.includes(piece))
  return new Set(Object.keys(traces).filter((name) => traces[name]?.some(isFound)))
}

function lastPurge({ dataDir }: Place): number {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  return db.query<{ id: number }, []>(`SELECT max(id) AS id FROM purge WHERE rule = 'run'`).get()?.id ?? 0
}

async function untilPurged(place: Place): Promise<void> {
  const before = lastPurge(place)
  await eventually(() => expect(lastPurge(place)).toBeGreaterThan(before + 1))
}

// The purge writes the file anew when there is time for it, so this may take a few of its turns.
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
