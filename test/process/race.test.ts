import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { schemaVersion } from '../../src/database/open.ts'
import { unlessGone } from '../fixtures/gone.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import {
  Connection,
  post,
  type RawAnswer,
  type ServerProcess,
  startProcess,
  withoutMoment,
} from '../fixtures/process.ts'

setDefaultTimeout(60_000)

const secrets = 120
const readers = 50
const unknownKey = `${'0'.repeat(30)}x`

test('one of 50 simultaneous readers of a secret gets the content, the others the response for an unknown key', async () => {
  await using servers = await startServers(1)
  await raceForSecrets(servers)
})

test('two servers on one data directory reveal each secret to one of 50 simultaneous readers', async () => {
  await using servers = await startServers(2)
  await raceForSecrets(servers)
})

test('the page and the API together reveal a secret to one reader', async () => {
  await using servers = await startServers(2)
  using connections = await connect(servers, 20)
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
  const open = (connection: Connection, key: string, index: number) =>
    index % 2 === 0 ? reveal(connection, key) : connection.post(`/secret/${key}`, '', form)
  const goneResponses = await Promise.all(
    connections.all.slice(0, 2).map((connection, index) => open(connection, unknownKey, index)),
  )
  for (let round = 0; round < 40; round++) {
    const content = `shared ${round}`
    const { key } = await createSecret(servers.any(round), { content })
    const answers = await Promise.all(connections.all.map((connection, index) => open(connection, key, index)))
    const winners = answers.filter(({ body }) => body.includes(content))
    expect(winners).toHaveLength(1)
    for (const [index, answer] of answers.entries())
      if (!winners.includes(answer))
        expect(withoutMoment(answer)).toBe(withoutMoment(goneResponses[index % 2] as RawAnswer))
  }
})

test('of several readers who know the passphrase one gets the content', async () => {
  await using servers = await startServers(2)
  using connections = await connect(servers, 4)
  const passphrase = 'correct horse'
  for (let round = 0; round < 4; round++) {
    const { key } = await createSecret(servers.any(round), { content: `guarded ${round}`, passphrase })
    const answers = await Promise.all(connections.all.map((connection) => reveal(connection, key, { passphrase })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
  }
})

test('a reveal that races a burn either reveals the content or burns the secret, never both', async () => {
  await using servers = await startServers(2)
  using connections = await connect(servers, 20)
  const outcomes = new Set<string>()
  for (let round = 0; round < 60; round++) {
    const { key, receipt } = await createSecret(servers.any(round), { content: 'contested' })
    const answers = await Promise.all(
      connections.all.map((connection, index) =>
        (index + Math.floor(round / 2)) % 2 === 0
          ? reveal(connection, key)
          : connection.post(`/api/v3/receipts/${receipt.key}/burn`, '{}'),
      ),
    )
    const contents = answers.filter(({ body }) => body.includes('contested'))
    const state = contents.length === 0 ? 'burned' : 'revealed'
    expect(contents.length).toBeLessThan(2)
    expect(await receiptState(servers.any(round), receipt.key)).toBe(state)
    const states = answers.flatMap(({ body }) => /"state":"(\w+)"/.exec(body)?.[1] ?? [])
    expect(new Set(states)).toEqual(new Set([state]))
    outcomes.add(state)
  }
  expect([...outcomes].sort()).toEqual(['burned', 'revealed'])
})

test('a repeatable reveal is never repeated for another client', async () => {
  await using servers = await startServers(2)
  using connections = await connect(servers, 24)
  const goneResponse = withoutMoment(await reveal(connections.all[0] as Connection, unknownKey))
  const kinds = new Set<string>()
  for (let round = 0; round < 60; round++) {
    const { key } = await createSecret(servers.any(round), { content: `repeatable ${round}` })
    // Eight connections of one client, eight of another, and eight without an idempotency key.
    const clients = [`first-client-of-round-${round}`, `other-client-of-round-${round}`, undefined]
    const revealAs = (connection: Connection, client: string | undefined) =>
      reveal(connection, key, {}, client === undefined ? {} : { 'idempotency-key': client })
    const shift = Math.floor(round / 2)
    const requests = connections.all.map((connection, index) => ({ connection, client: clients[(index + shift) % 3] }))
    const answers = await Promise.all(
      requests.map(async ({ connection, client }) => ({ client, answer: await revealAs(connection, client) })),
    )
    const repeated = answers.filter(({ answer }) => answer.status === 200)
    const winner = repeated[0]?.client
    expect(new Set(repeated.map(({ client }) => client)).size).toBe(1)
    if (winner === undefined) expect(repeated).toHaveLength(1)
    for (const { answer } of repeated) expect(JSON.parse(answer.body)).toEqual({ content: `repeatable ${round}` })
    for (const { answer } of answers) if (answer.status !== 200) expect(withoutMoment(answer)).toBe(goneResponse)
    for (const { connection, client } of requests)
      expect((await revealAs(connection, client)).status).toBe(client !== undefined && client === winner ? 200 : 404)
    kinds.add(winner === undefined ? 'once' : 'repeatable')
  }
  expect([...kinds].sort()).toEqual(['once', 'repeatable'])
})

test('processes that start simultaneously in an empty folder share one root key and one schema', async () => {
  for (let round = 0; round < 4; round++) {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const starting = await Promise.allSettled([1, 2, 3].map(() => startProcess(dataDir)))
    const started = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    await using _all = { [Symbol.asyncDispose]: () => Promise.all(started.map((one) => one.kill())).then(() => {}) }
    expect(starting.map((one) => (one.status === 'rejected' ? String(one.reason) : 'started'))).toEqual(
      starting.map(() => 'started'),
    )
    for (const file of readdirSync(dataDir))
      for (const { mode } of unlessGone(() => statSync(join(dataDir, file)))) expect(mode & 0o777).toBe(0o600)
    for (const [index, { url }] of started.entries()) {
      const { key } = await createSecret(url, { content: `made by ${index}` })
      const another = started[(index + 1) % started.length]?.url ?? ''
      expect(await (await post(another, `/secrets/${key}/reveal`)).json()).toEqual({ content: `made by ${index}` })
    }
    expect(await Promise.all(started.map((one) => one.stop()))).toEqual([0, 0, 0])
    // Two processes that close simultaneously may both leave the empty files of the write-ahead log.
    expect(
      readdirSync(dataDir)
        .sort()
        .filter((name) => !name.startsWith('sotto.db-')),
    ).toEqual(['ballast', 'root.key', 'run', 'sotto.db'])
    const log = Bun.file(join(dataDir, 'sotto.db-wal'))
    expect((await log.exists()) ? log.size : 0).toBe(0)
    using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
    expect(db.query('PRAGMA user_version').get()).toEqual({ user_version: schemaVersion })
    expect(db.query('SELECT count(*) AS stamps FROM instance').get()).toEqual({ stamps: 1 })
  }
})

interface Servers extends AsyncDisposable {
  readonly all: readonly ServerProcess[]
  any(index: number): string
}

async function startServers(count: number): Promise<Servers> {
  const folder = temporaryFolder()
  const all: ServerProcess[] = []
  for (let index = 0; index < count; index++) all.push(await startProcess(join(folder.path, 'data')))
  return {
    all,
    any: (index) => all[index % count]?.url ?? '',
    [Symbol.asyncDispose]: async () => {
      for (const server of all) await server.kill()
      folder[Symbol.dispose]()
    },
  }
}

async function connect(servers: Servers, count: number) {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => Connection.open(servers.any(index))))
  return {
    all,
    [Symbol.dispose]: () => {
      for (const one of all) one[Symbol.dispose]()
    },
  }
}

async function raceForSecrets(servers: Servers) {
  using connections = await connect(servers, readers)
  const goneResponse = withoutMoment(await reveal(connections.all[0] as Connection, unknownKey))
  expect(goneResponse).toContain('404')
  let winners = 0
  for (let round = 0; round < secrets; round++) {
    const content = `content ${round} ${crypto.randomUUID()}`
    const { key, receipt } = await createSecret(servers.any(round), { content })
    const answers = await Promise.all(connections.all.map((connection) => reveal(connection, key)))
    const revealed = answers.filter(({ status }) => status === 200)
    expect(revealed.map(({ body }) => JSON.parse(body))).toEqual([{ content }])
    for (const answer of answers) if (answer !== revealed[0]) expect(withoutMoment(answer)).toBe(goneResponse)
    expect(await receiptState(servers.any(round + 1), receipt.key)).toBe('revealed')
    winners += revealed.length
  }
  expect(winners).toBe(secrets)
}

function reveal(connection: Connection, key: string, body: object = {}, headers: Record<string, string> = {}) {
  return connection.post(`/api/v3/secrets/${key}/reveal`, JSON.stringify(body), headers)
}

async function createSecret(url: string, body: object): Promise<Answer> {
  const response = await post(url, '/secrets', body)
  expect(response.status).toBe(201)
  return (await response.json()) as Answer
}

async function receiptState(url: string, key: string): Promise<string> {
  return ((await (await fetch(`${url}/api/v3/receipts/${key}`)).json()) as Answer).state
}
