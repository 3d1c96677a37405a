import { describe, expect, test } from 'bun:test'
import { anonymousActor } from '../../src/actor.ts'
import { openApp } from '../../src/open-app.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { burnSecret } from '../../src/secrets/burn.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { revealSecret } from '../../src/secrets/reveal.ts'
import { day, hour, minute, second } from '../fixtures/clock.ts'
import { cheap, configWith, type Instance, startInstance } from '../fixtures/instance.ts'
import { someone } from '../fixtures/someone.ts'
import { everyRow, rowsOf, tamper } from '../fixtures/stored.ts'

const stranger = anonymousActor('192.0.2.1')
const neverExisted = 'a'.repeat(31)

describe('reveals a secret once (P01)', () => {
  test('and deletes it before the content is sent', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(1)
    expect(await sotto.posted(`/secrets/${key}/reveal`)).toEqual({ content: 'sésame' } as never)
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(0)
    expect((await sotto.post(`/secrets/${key}/reveal`)).status).toBe(404)
  })

  test('to exactly one of fifty concurrent readers', async () => {
    await using sotto = await startInstance()
    for (let round = 0; round < 8; round += 1) {
      const { key } = await sotto.posted('/secrets', { content: `round ${round}` })
      const answers = await Promise.all(
        Array.from({ length: 50 }, async () => (await sotto.post(`/secrets/${key}/reveal`)).text()),
      )
      expect(answers.filter((answer) => answer.includes(`round ${round}`))).toHaveLength(1)
      expect(new Set(answers).size).toBe(2)
    }
  })

  test('to exactly one reader of two processes that share a database', async () => {
    await using sotto = await startInstance()
    const config = configWith({ 'data-dir': sotto.dataDir })
    await using second = await openApp(config, {
      argon2: cheap,
      ...sotto.clock.readings,
      random: sotto.app.random,
      write: () => {},
    })
    for (let round = 0; round < 20; round += 1) {
      const { key } = await sotto.posted('/secrets', { content: 'sésame' })
      const apps = [sotto.app, second, sotto.app, second]
      const answers = await Promise.allSettled(apps.map((app) => revealSecret(app, stranger, key, {})))
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  test('or lets it be burned or expire, but never two of these', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const ends: Record<string, number> = { revealed: 0, burned: 0, expired: 0 }
    for (let round = 0; round < 60; round += 1) {
      const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: 60 })
      const reveal = () => revealSecret(app, stranger, key, {})
      const burn = () => burnSecret(app, receipt.key)
      const expire = () => Promise.resolve(clock.advance(minute)).then(() => purge(app, clock.now))
      const race =
        [
          [reveal, later(burn)],
          [burn, later(reveal)],
          [expire, reveal, burn],
        ][round % 3] ?? []
      const answers = await Promise.allSettled(race.map((one) => one()))
      const revealed = answers.some((answer) => answer.status === 'fulfilled' && 'text' in (answer.value ?? {}))
      const state = await stateOf(sotto, receipt.key)
      expect(revealed).toBe(state === 'revealed')
      expect(await rowsOf(app, 'secret')).toHaveLength(0)
      ends[state] = (ends[state] ?? 0) + 1
    }
    expect(ends).toEqual({ revealed: 20, burned: 20, expired: 20 })
  })
})

describe('responds for a secret that is gone exactly as for one that never existed:', () => {
  const ways = ['revealed', 'burned', 'expired', 'purged', 'replayable for another', 'not a key'] as const

  test.each(ways)('%s', async (way) => {
    await using sotto = await startInstance()
    const gone = await goneSecret(sotto, way)
    const requestBoth = async (path: (key: string) => string, init: RequestInit) => {
      const [one, other] = [await sotto.fetch(path(gone), init), await sotto.fetch(path(neverExisted), init)]
      expect(one.status).toBe(404)
      // A page contains its own path once, in its form.
      expect((await comparableResponse(one)).replaceAll(gone, 'key')).toBe(
        (await comparableResponse(other)).replaceAll(neverExisted, 'key'),
      )
    }
    const json = { 'content-type': 'application/json' }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const body of ['{}', '{"passphrase":"guess"}', `{"proof":"${'A'.repeat(43)}"}`]) {
      await requestBoth((key) => `/api/v3/secrets/${key}/reveal`, { method: 'POST', headers: json, body })
    }
    const idempotent = { ...json, 'idempotency-key': 'a-key-of-another-client' }
    await requestBoth((key) => `/api/v3/secrets/${key}/reveal`, { method: 'POST', headers: idempotent, body: '{}' })
    const text = { method: 'POST', headers: { accept: 'text/plain' } }
    await requestBoth((key) => `/api/v3/secrets/${key}/reveal`, text)
    await requestBoth((key) => `/secret/${key}`, { method: 'POST', headers: form, body: 'passphrase=guess' })
    for (const method of ['GET', 'HEAD']) {
      await requestBoth((key) => `/api/v3/secrets/${key}`, { method })
      await requestBoth((key) => `/secret/${key}`, { method })
    }
  })
})

describe('a safe request changes nothing:', () => {
  test('GET, HEAD and OPTIONS of every path, with any user agent', async () => {
    await using sotto = await startInstance()
    const plain = await sotto.posted('/secrets', { content: 'sésame' }, { 'idempotency-key': 'k'.repeat(16) })
    const locked = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    const before = await everyRow(sotto.app)
    const paths = [plain, locked].flatMap(({ key, receipt }) => [
      ...['', '/reveal', '/acknowledge'].map((end) => `/api/v3/secrets/${key}${end}`),
      ...['', '/burn'].map((end) => `/api/v3/receipts/${receipt.key}${end}`),
      `/secret/${key}`,
      `/receipt/${receipt.key}`,
      `/receipt/${receipt.key}/burn`,
    ])
    const agents: Record<string, string>[] = [
      {},
      { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch' },
      { 'user-agent': 'facebookexternalhit/1.1' },
      { 'x-http-method-override': 'POST', 'x-method-override': 'POST' },
    ]
    const requests = paths.flatMap((path) =>
      ['GET', 'HEAD', 'OPTIONS'].flatMap((method) => agents.map((headers) => ({ path, method, headers }))),
    )
    for (let time = 0; time < 5; time += 1) {
      const answers = await Promise.all(requests.map(({ path, ...init }) => sotto.fetch(path, init)))
      expect(answers.every(({ status }) => status < 500)).toBe(true)
    }
    expect(await everyRow(sotto.app)).toEqual(before)
    expect(await sotto.posted(`/secrets/${plain.key}/reveal`)).toMatchObject({ content: 'sésame' })
  })

  test('a peek says what will happen, and nothing about the content', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', ttl: '2h', passphrase: 'open' })
    expect(await (await sotto.fetch(`/api/v3/secrets/${key}`)).json()).toEqual({
      state: 'new',
      passphrase_required: true,
      end_to_end: false,
      created_at: new Date(sotto.clock.now).toISOString(),
      expires_at: new Date(sotto.clock.now + 2 * hour).toISOString(),
    })
  })
})

describe('never serves an expired secret, even before the purge (P24)', () => {
  test('from the exact moment of expiry', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(hour - 1)
    expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(200)
    sotto.clock.advance(1)
    const before = await everyRow(sotto.app)
    expect(before.secret).toHaveLength(1)
    expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(404)
    expect((await sotto.fetch(`/secret/${key}`)).status).toBe(404)
    expect((await sotto.post(`/secrets/${key}/reveal`)).status).toBe(404)
    const idempotent = { 'idempotency-key': 'w'.repeat(16) }
    expect((await sotto.post(`/secrets/${key}/reveal`, {}, idempotent)).status).toBe(404)
    expect((await sotto.post(`/receipts/${receipt.key}/burn`)).status).toBe(200)
    expect(await stateOf(sotto, receipt.key)).toBe('expired')
    expect(await everyRow(sotto.app)).toEqual(before)
  })

  test('and refuses a lifetime beyond the operator’s limits', async () => {
    await using sotto = await startInstance({ 'ttl-max': '7d' })
    for (const [ttl, milliseconds] of [
      [60, minute],
      ['90', 90 * second],
      ['36h', 36 * hour],
      ['7d', 7 * day],
    ] as const) {
      const { expires_at } = await sotto.posted('/secrets', { content: 'sésame', ttl })
      expect(Date.parse(expires_at)).toBe(sotto.clock.now + milliseconds)
    }
    for (const ttl of [
      0,
      -1,
      59,
      604_801,
      1e9,
      '59s',
      '8d',
      '0',
      '-1',
      '1e3',
      '0x10',
      '1.5',
      '',
      ' ',
      'forever',
      1.5,
      null,
    ]) {
      expect((await sotto.post('/secrets', { content: 'sésame', ttl })).status).toBe(400)
    }
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(4)
  })
})

describe('refuses creates without an account where the operator requires one', () => {
  test('by the API, by the generator and by both forms, and stores nothing', async () => {
    await using sotto = await startInstance({ create: 'signed-in' })
    const form = (path: string, body: string) =>
      sotto.fetch(path, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
    const answers = await Promise.all([
      sotto.post('/secrets', { content: 'sésame' }),
      sotto.post('/secrets', { content: 'sésame' }, { 'idempotency-key': 'w'.repeat(16) }),
      sotto.post('/secrets/generate', {}),
      sotto.fetch('/api/v3/secrets', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'sésame' }),
      form('/secret', 'content=s%C3%A9same'),
      form('/generate', 'kind=words&words=6'),
    ])
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401])
    const { instance, policy_version, ...rest } = await everyRow(sotto.app)
    expect(Object.values(rest).flat()).toEqual([])
  })

  test('but reveals secrets to readers without an account', async () => {
    await using sotto = await startInstance({ create: 'signed-in' })
    const input = { content: { text: 'sésame' }, passphrase: undefined, ttl: hour }
    const { key } = await createSecret(sotto.app, (await someone(sotto, 'staff')).actor, input)
    expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'sésame' })
  })
})

test('keeps a content that does not open, and does not tell its reader why', async () => {
  await using sotto = await startInstance()
  const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
  const spoil = (by: string) => tamper(sotto.app, `UPDATE secret SET sealed = ${by}`)
  const [stored] = await rowsOf(sotto.app, 'secret')
  await spoil("CAST(sealed || 'x' AS BLOB)")
  const answer = await sotto.post(`/secrets/${key}/reveal`)
  expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'unreadable' }])
  expect(await stateOf(sotto, receipt.key)).toBe('new')
  await spoil(`X'${stored?.sealed.toHex()}'`)
  expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'sésame' })
})

// A few turns of the event loop later, but in the same commit.
function later<T>(work: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let turn = 0; turn < 5; turn += 1) await null
    return work()
  }
}

async function stateOf(sotto: Instance, receiptKey: string): Promise<string> {
  const { state } = (await (await sotto.fetch(`/api/v3/receipts/${receiptKey}`)).json()) as { state: string }
  return state
}

// Returns a response without its time and its request id.
async function comparableResponse(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id')
  return JSON.stringify([response.status, headers.sort(), await response.text()], null, 1)
}

async function goneSecret(sotto: Instance, way: string): Promise<string> {
  const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
  if (way === 'not a key') return 'A'.repeat(31)
  if (way === 'revealed') await sotto.posted(`/secrets/${key}/reveal`)
  if (way === 'burned') await sotto.posted(`/receipts/${receipt.key}/burn`)
  if (way === 'expired' || way === 'purged') sotto.clock.advance(hour)
  if (way === 'purged') await purge(sotto.app, sotto.clock.now)
  if (way === 'replayable for another')
    await sotto.posted(`/secrets/${key}/reveal`, {}, { 'idempotency-key': 'w'.repeat(16) })
  return key
}
