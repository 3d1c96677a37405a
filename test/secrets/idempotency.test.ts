import { describe, expect, test } from 'bun:test'
import { idempotencyWindow, replayWindow } from '../../src/privacy/inventory/periods.ts'
import { hour, second } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { everyRow, filesWith, rowsOf } from '../fixtures/stored.ts'

const own = { 'idempotency-key': '0d9f6a1c-my-own-random-key' }
const another = { 'idempotency-key': '77c3b5e2-another-key' }

describe('a create repeated with the same idempotency key', () => {
  test('returns the same keys, and creates one secret', async () => {
    await using sotto = await startInstance()
    const input = { content: 'sésame', ttl: '1h' }
    const first = await sotto.posted('/secrets', input, own)
    sotto.clock.advance(hour - 1)
    expect(await sotto.posted('/secrets', input, own)).toEqual(first)
    expect(await count(sotto)).toEqual({ secret: 1, receipt: 1, response: 1 })
    expect(await sotto.posted(`/secrets/${first.key}/reveal`)).toMatchObject({ content: 'sésame' })
  })

  test('creates one secret for ten concurrent requests', async () => {
    await using sotto = await startInstance()
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => sotto.posted('/secrets', { content: 'sésame' }, own)),
    )
    expect(new Set(responses.map((response) => JSON.stringify(response))).size).toBe(1)
    expect(await count(sotto)).toEqual({ secret: 1, receipt: 1, response: 1 })
  })

  test('is refused if the request differs, and creates nothing', async () => {
    await using sotto = await startInstance()
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' }, own)
    const others = [
      { content: 'sesame', ttl: '1h' },
      { content: 'sésame', ttl: '2h' },
      { content: 'sésame', ttl: '1h', passphrase: 'open' },
      { sealed: 'AAAA', proof: 'A'.repeat(43), ttl: '1h' },
    ]
    for (const input of others) {
      const response = await sotto.post('/secrets', input, own)
      expect([response.status, await response.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }])
    }
    expect(await count(sotto)).toEqual({ secret: 1, receipt: 1, response: 1 })
  })

  test('creates another secret with another key, or after an hour', async () => {
    await using sotto = await startInstance()
    const first = await sotto.posted('/secrets', { content: 'sésame' }, own)
    const other = await sotto.posted('/secrets', { content: 'sésame' }, another)
    sotto.clock.advance(idempotencyWindow)
    const later = await sotto.posted('/secrets', { content: 'something else' }, own)
    expect(new Set([first.key, other.key, later.key]).size).toBe(3)
    expect(await sotto.posted('/secrets', { content: 'something else' }, own)).toEqual(later)
    expect(await count(sotto)).toEqual({ secret: 3, receipt: 3, response: 2 })
  })

  test('is stored so that neither the idempotency key nor a link can be read from the database', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' }, own)
    for (const text of [key, receipt.key, own['idempotency-key'], 'sésame']) {
      expect(filesWith(sotto.dataDir, Buffer.from(text))).toEqual([])
    }
  })

  test('is not supported for generated values, which are never stored', async () => {
    await using sotto = await startInstance()
    const response = await sotto.post('/secrets/generate', {}, own)
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'idempotency_unsupported' }])
    expect(await count(sotto)).toEqual({ secret: 0, receipt: 0, response: 0 })
  })
})

describe('a reveal repeated with the same idempotency key', () => {
  test('returns the same content for exactly sixty seconds', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
    for (const wait of [0, 30 * second, 30 * second - 1]) {
      sotto.clock.advance(wait)
      expect(await reveal(sotto, key, own)).toBe('sésame')
    }
    sotto.clock.advance(1)
    expect(await reveal(sotto, key, own)).toBe('secret_gone')
    const shown = await (await sotto.fetch(`/api/v3/receipts/${receipt.key}`)).json()
    expect(shown).toMatchObject({
      state: 'revealed',
      revealed_at: new Date(sotto.clock.now - replayWindow).toISOString(),
    })
  })

  test('returns nothing with another key or none, and other readers see that the secret is gone', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
    expect(await reveal(sotto, key, own)).toBe('sésame')
    const rows = await everyRow(sotto.app)
    expect(await reveal(sotto, key, another)).toBe('secret_gone')
    expect(await reveal(sotto, key, {})).toBe('secret_gone')
    expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(404)
    expect((await sotto.fetch(`/secret/${key}`)).status).toBe(404)
    const burned = await sotto.posted<object>(`/receipts/${receipt.key}/burn`)
    expect(burned).toMatchObject({ state: 'revealed' })
    expect(burned).not.toHaveProperty('secret')
    expect(await everyRow(sotto.app)).toEqual(rows)
    expect(await reveal(sotto, key, own)).toBe('sésame')
  })

  test('returns the content to one of two competing keys', async () => {
    await using sotto = await startInstance()
    for (let round = 0; round < 10; round += 1) {
      const { key } = await sotto.posted('/secrets', { content: 'sésame' })
      const attempts = [own, another, {}, own]
      const responses = await Promise.all(attempts.map((idempotencyKey) => reveal(sotto, key, idempotencyKey)))
      const opened = new Set(
        attempts
          .filter((_, index) => responses[index] === 'sésame')
          .map((idempotencyKey) => JSON.stringify(idempotencyKey)),
      )
      expect(opened.size).toBe(1)
    }
  })

  test('requires the passphrase again', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    expect(await reveal(sotto, key, own, { passphrase: 'open' })).toBe('sésame')
    expect(await reveal(sotto, key, own)).toBe('passphrase_required')
    expect(await reveal(sotto, key, another)).toBe('secret_gone')
    expect(await reveal(sotto, key, another, { passphrase: 'wrong' })).toBe('secret_gone')
    expect(await reveal(sotto, key, own, { passphrase: 'wrong' })).toBe('passphrase_wrong')
    expect(await reveal(sotto, key, own, { passphrase: 'open' })).toBe('sésame')
  })

  test('does not link two secrets of one client in the database', async () => {
    await using sotto = await startInstance()
    for (const content of ['one', 'two']) {
      const { key } = await sotto.posted('/secrets', { content })
      expect(await reveal(sotto, key, own)).toBe(content)
    }
    const tokens = (await rowsOf(sotto.app, 'secret')).map(({ replay_token }) => replay_token?.toHex())
    expect(new Set(tokens).size).toBe(2)
  })

  test('returns nothing after the expiry, even if it was revealed before (P24)', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', ttl: '60s' })
    sotto.clock.advance(50 * second)
    expect(await reveal(sotto, key, own)).toBe('sésame')
    sotto.clock.advance(10 * second - 1)
    expect(await reveal(sotto, key, own)).toBe('sésame')
    sotto.clock.advance(1)
    expect(await reveal(sotto, key, own)).toBe('secret_gone')
  })
})

describe('an acknowledgement', () => {
  test('destroys the content at once, and can be repeated', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    await reveal(sotto, key, own)
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(1)
    for (let time = 0; time < 2; time += 1) {
      expect((await sotto.post(`/secrets/${key}/acknowledge`, {}, own)).status).toBe(204)
      expect(await rowsOf(sotto.app, 'secret')).toEqual([])
    }
    expect(await reveal(sotto, key, own)).toBe('secret_gone')
  })

  test('destroys nothing with another key, or before a reveal', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    const unopened = await everyRow(sotto.app)
    expect((await sotto.post(`/secrets/${key}/acknowledge`, {}, own)).status).toBe(204)
    expect(await everyRow(sotto.app)).toEqual(unopened)
    await reveal(sotto, key, own)
    const rows = await everyRow(sotto.app)
    expect((await sotto.post(`/secrets/${key}/acknowledge`, {}, another)).status).toBe(204)
    expect((await sotto.post(`/secrets/${key}/acknowledge`, {})).status).toBe(400)
    expect((await sotto.post(`/secrets/${'a'.repeat(31)}/acknowledge`, {}, own)).status).toBe(204)
    expect(await everyRow(sotto.app)).toEqual(rows)
  })
})

test('an invalid or short idempotency key is refused before anything happens', async () => {
  await using sotto = await startInstance()
  const { key } = await sotto.posted('/secrets', { content: 'sésame' })
  const before = await everyRow(sotto.app)
  for (const idempotencyKey of ['', 'x'.repeat(15), 'x'.repeat(256), 'with a space in it', 'accentué-accentué']) {
    const headers = { 'idempotency-key': idempotencyKey }
    for (const path of ['/secrets', `/secrets/${key}/reveal`, `/secrets/${key}/acknowledge`]) {
      const response = await sotto.post(path, path === '/secrets' ? { content: 'sésame' } : {}, headers)
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'idempotency_key_invalid' }])
    }
  }
  expect(await everyRow(sotto.app)).toEqual(before)
  for (const idempotencyKey of ['x'.repeat(16), '~!"#$%&\'()*+,-./:;<=>?@[]^_`{|}']) {
    expect((await sotto.post('/secrets', { content: 'sésame' }, { 'idempotency-key': idempotencyKey })).status).toBe(
      201,
    )
  }
})

async function count({ app }: Instance): Promise<object> {
  const { secret, receipt, idempotent_response: response } = await everyRow(app)
  return { secret: secret.length, receipt: receipt.length, response: response.length }
}

// Returns the content, or the error code.
async function reveal(sotto: Instance, key: string, idempotencyKey: object, body: object = {}): Promise<string> {
  const response = await sotto.post(`/secrets/${key}/reveal`, body, { ...idempotencyKey })
  const { content, code } = (await response.json()) as { content?: string; code?: string }
  return content ?? code ?? ''
}
