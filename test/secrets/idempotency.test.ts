import { describe, expect, test } from 'bun:test'
import { idempotencyWindow, replayWindow } from '../../src/privacy/inventory/periods.ts'
import { hour, second } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { everyRow, filesWith, rowsOf } from '../fixtures/stored.ts'

const mine = { 'idempotency-key': '0d9f6a1c-my-own-random-word' }
const another = { 'idempotency-key': '77c3b5e2-another-word' }

describe('a create that is repeated with the same word', () => {
  test('answers the same keys, and makes one secret', async () => {
    await using sotto = await startInstance()
    const wish = { content: 'sésame', ttl: '1h' }
    const first = await sotto.posted('/secrets', wish, mine)
    sotto.clock.advance(hour - 1)
    expect(await sotto.posted('/secrets', wish, mine)).toEqual(first)
    expect(count(sotto)).toEqual({ secret: 1, receipt: 1, repeat: 1 })
    expect(await sotto.posted(`/secrets/${first.key}/reveal`)).toMatchObject({ content: 'sésame' })
  })

  test('makes one secret even of ten requests at once', async () => {
    await using sotto = await startInstance()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => sotto.posted('/secrets', { content: 'sésame' }, mine)),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(count(sotto)).toEqual({ secret: 1, receipt: 1, repeat: 1 })
  })

  test('is refused if it asks for something else, and makes nothing', async () => {
    await using sotto = await startInstance()
    await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' }, mine)
    const others = [
      { content: 'sesame', ttl: '1h' },
      { content: 'sésame', ttl: '2h' },
      { content: 'sésame', ttl: '1h', passphrase: 'open' },
      { sealed: 'AAAA', proof: 'A'.repeat(43), ttl: '1h' },
    ]
    for (const wish of others) {
      const answer = await sotto.post('/secrets', wish, mine)
      expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }])
    }
    expect(count(sotto)).toEqual({ secret: 1, receipt: 1, repeat: 1 })
  })

  test('is a new one with another word, or after an hour', async () => {
    await using sotto = await startInstance()
    const first = await sotto.posted('/secrets', { content: 'sésame' }, mine)
    const other = await sotto.posted('/secrets', { content: 'sésame' }, another)
    sotto.clock.advance(idempotencyWindow)
    const later = await sotto.posted('/secrets', { content: 'something else' }, mine)
    expect(new Set([first.key, other.key, later.key]).size).toBe(3)
    expect(await sotto.posted('/secrets', { content: 'something else' }, mine)).toEqual(later)
    expect(count(sotto)).toEqual({ secret: 3, receipt: 3, repeat: 2 })
  })

  test('is kept so that neither the word nor a key can be read from the database', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' }, mine)
    for (const text of [key, receipt.key, mine['idempotency-key'], 'sésame']) {
      expect(filesWith(sotto.dataDir, Buffer.from(text))).toEqual([])
    }
  })

  test('is not for generating: a value that was shown once is kept by nobody', async () => {
    await using sotto = await startInstance()
    const answer = await sotto.post('/secrets/generate', {}, mine)
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'idempotency_unsupported' }])
    expect(count(sotto)).toEqual({ secret: 0, receipt: 0, repeat: 0 })
  })
})

describe('a reveal that is repeated with the same word', () => {
  test('gives the same content for sixty seconds, and not a moment longer', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
    for (const wait of [0, 30 * second, 30 * second - 1]) {
      sotto.clock.advance(wait)
      expect(await reveal(sotto, key, mine)).toBe('sésame')
    }
    sotto.clock.advance(1)
    expect(await reveal(sotto, key, mine)).toBe('secret_gone')
    const told = await (await sotto.fetch(`/api/v3/receipts/${receipt.key}`)).json()
    expect(told).toMatchObject({
      state: 'revealed',
      revealed_at: new Date(sotto.clock.now - replayWindow).toISOString(),
    })
  })

  test('gives nothing to another word or to none, and nobody else sees that it is held', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
    expect(await reveal(sotto, key, mine)).toBe('sésame')
    const held = everyRow(sotto.app)
    expect(await reveal(sotto, key, another)).toBe('secret_gone')
    expect(await reveal(sotto, key, {})).toBe('secret_gone')
    expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(404)
    expect((await sotto.fetch(`/secret/${key}`)).status).toBe(404)
    const burned = await sotto.posted<object>(`/receipts/${receipt.key}/burn`)
    expect(burned).toMatchObject({ state: 'revealed' })
    expect(burned).not.toHaveProperty('secret')
    expect(everyRow(sotto.app)).toEqual(held)
    expect(await reveal(sotto, key, mine)).toBe('sésame')
  })

  test('goes to one of two words that race', async () => {
    await using sotto = await startInstance()
    for (let round = 0; round < 10; round += 1) {
      const { key } = await sotto.posted('/secrets', { content: 'sésame' })
      const words = [mine, another, {}, mine]
      const answers = await Promise.all(words.map((word) => reveal(sotto, key, word)))
      const opened = new Set(
        words.filter((_, index) => answers[index] === 'sésame').map((word) => JSON.stringify(word)),
      )
      expect(opened.size).toBe(1)
    }
  })

  test('asks for the passphrase again', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    expect(await reveal(sotto, key, mine, { passphrase: 'open' })).toBe('sésame')
    expect(await reveal(sotto, key, mine)).toBe('passphrase_required')
    expect(await reveal(sotto, key, another)).toBe('secret_gone')
    expect(await reveal(sotto, key, another, { passphrase: 'wrong' })).toBe('secret_gone')
    expect(await reveal(sotto, key, mine, { passphrase: 'wrong' })).toBe('passphrase_wrong')
    expect(await reveal(sotto, key, mine, { passphrase: 'open' })).toBe('sésame')
  })

  test('does not show in the database that it was one client that opened two secrets', async () => {
    await using sotto = await startInstance()
    for (const content of ['one', 'two']) {
      const { key } = await sotto.posted('/secrets', { content })
      expect(await reveal(sotto, key, mine)).toBe(content)
    }
    const marks = rowsOf(sotto.app, 'secret').map(({ replay_token }) => replay_token?.toHex())
    expect(new Set(marks).size).toBe(2)
  })

  test('gives nothing after the expiry, though it was opened before (P24)', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', ttl: '60s' })
    sotto.clock.advance(50 * second)
    expect(await reveal(sotto, key, mine)).toBe('sésame')
    sotto.clock.advance(10 * second - 1)
    expect(await reveal(sotto, key, mine)).toBe('sésame')
    sotto.clock.advance(1)
    expect(await reveal(sotto, key, mine)).toBe('secret_gone')
  })
})

describe('an acknowledgement', () => {
  test('destroys at once what was held for a repeat, and may itself be repeated', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    await reveal(sotto, key, mine)
    expect(rowsOf(sotto.app, 'secret')).toHaveLength(1)
    for (let time = 0; time < 2; time += 1) {
      expect((await sotto.post(`/secrets/${key}/acknowledge`, {}, mine)).status).toBe(204)
      expect(rowsOf(sotto.app, 'secret')).toEqual([])
    }
    expect(await reveal(sotto, key, mine)).toBe('secret_gone')
  })

  test('destroys nothing with another word, or before anything was opened', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    const unopened = everyRow(sotto.app)
    expect((await sotto.post(`/secrets/${key}/acknowledge`, {}, mine)).status).toBe(204)
    expect(everyRow(sotto.app)).toEqual(unopened)
    await reveal(sotto, key, mine)
    const held = everyRow(sotto.app)
    expect((await sotto.post(`/secrets/${key}/acknowledge`, {}, another)).status).toBe(204)
    expect((await sotto.post(`/secrets/${key}/acknowledge`, {})).status).toBe(400)
    expect((await sotto.post(`/secrets/${'a'.repeat(31)}/acknowledge`, {}, mine)).status).toBe(204)
    expect(everyRow(sotto.app)).toEqual(held)
  })
})

test('a word that could be guessed, or is no word, is refused before anything happens', async () => {
  await using sotto = await startInstance()
  const { key } = await sotto.posted('/secrets', { content: 'sésame' })
  const before = everyRow(sotto.app)
  for (const word of ['', 'x'.repeat(15), 'x'.repeat(256), 'with a space in it', 'accentué-accentué']) {
    const headers = { 'idempotency-key': word }
    for (const path of ['/secrets', `/secrets/${key}/reveal`, `/secrets/${key}/acknowledge`]) {
      const answer = await sotto.post(path, path === '/secrets' ? { content: 'sésame' } : {}, headers)
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'idempotency_key_invalid' }])
    }
  }
  expect(everyRow(sotto.app)).toEqual(before)
  for (const word of ['x'.repeat(16), '~!"#$%&\'()*+,-./:;<=>?@[]^_`{|}']) {
    expect((await sotto.post('/secrets', { content: 'sésame' }, { 'idempotency-key': word })).status).toBe(201)
  }
})

function count({ app }: Instance): object {
  const { secret, receipt, idempotent_response: repeat } = everyRow(app)
  return { secret: secret.length, receipt: receipt.length, repeat: repeat.length }
}

// The content, or the code of the refusal.
async function reveal(sotto: Instance, key: string, word: object, body: object = {}): Promise<string> {
  const answer = await sotto.post(`/secrets/${key}/reveal`, body, { ...word })
  const { content, code } = (await answer.json()) as { content?: string; code?: string }
  return content ?? code ?? ''
}
