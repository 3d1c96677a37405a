import { describe, expect, test } from 'bun:test'
import { anonymousActor } from '../../src/actor.ts'
import { stretch } from '../../src/crypto/argon2.ts'
import { PassphraseAttempts } from '../../src/limits/passphrase-attempts.ts'
import { revealSecret } from '../../src/secrets/reveal.ts'
import { Clock, hour, minute } from '../fixtures/clock.ts'
import { cheap, type Instance, startInstance } from '../fixtures/instance.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

const stranger = anonymousActor('192.0.2.1')
const behindProxy = { 'trusted-proxies': '127.0.0.1' }
const [office, elsewhere] = ['198.51.100.7', '203.0.113.9']

describe('a secret with a passphrase', () => {
  test('stays when the passphrase is missing or wrong, and opens with the right one', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'café ouvert' })
    const before = await everyRow(sotto.app)
    for (const body of [undefined, {}, { passphrase: '' }]) {
      expect(await refused(sotto, key, body)).toEqual([403, 'passphrase_required'])
    }
    expect(await everyRow(sotto.app)).toEqual(before)
    for (const passphrase of ['cafe ouvert', 'café ouvert ']) {
      expect(await refused(sotto, key, { passphrase })).toEqual([403, 'passphrase_wrong'])
    }
    const [row] = await rowsOf(sotto.app, 'secret')
    expect(row).toEqual({ ...before.secret[0], attempts: 2 } as never)
    expect(await sotto.posted(`/secrets/${key}/reveal`, { passphrase: 'cafe\u0301 ouvert' })).toMatchObject({
      content: 'sésame',
    })
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('shows that it has one, and an empty passphrase is none', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: '' })
    expect(await (await sotto.fetch(`/api/v3/secrets/${key}`)).json()).toMatchObject({ passphrase_required: false })
    expect(await sotto.posted(`/secrets/${key}/reveal`, { passphrase: 'whatever' })).toMatchObject({
      content: 'sésame',
    })
  })

  test('makes only the guessing network wait after five attempts, even with the right one', async () => {
    await using sotto = await startInstance(behindProxy)
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    const guess = (passphrase: string, network: string) =>
      sotto.post(`/secrets/${key}/reveal`, { passphrase }, { 'x-forwarded-for': network })
    for (let time = 0; time < 5; time += 1) expect((await guess('wrong', office)).status).toBe(403)
    const refused = await guess('open', office)
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
      429,
      '60',
      { code: 'passphrase_wait' },
    ])
    sotto.clock.advance(minute - 1)
    expect((await guess('open', office)).headers.get('retry-after')).toBe('1')
    expect((await guess('wrong', elsewhere)).status).toBe(403)
    sotto.clock.advance(1)
    expect((await guess('wrong', office)).status).toBe(403)
    expect((await guess('wrong', office)).headers.get('retry-after')).toBe('120')
    expect((await rowsOf(sotto.app, 'secret'))[0]?.attempts).toBe(7)
    expect((await guess('open', elsewhere)).status).toBe(200)
  })

  test('makes the page wait like the API', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const guess = () => sotto.fetch(`/secret/${key}`, { method: 'POST', headers, body: 'passphrase=wrong' })
    const answers = await Promise.all(Array.from({ length: 8 }, guess))
    expect(answers.map(({ status }) => status).sort()).toEqual([403, 403, 403, 403, 403, 429, 429, 429])
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('60')
  })

  test('resets the count after the right passphrase', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    const reveal = async (passphrase: string) =>
      (await sotto.post(`/secrets/${key}/reveal`, { passphrase }, { 'idempotency-key': 'w'.repeat(16) })).status
    const tries = [...Array<string>(4).fill('wrong'), 'open', ...Array<string>(4).fill('wrong'), 'open']
    const answers: number[] = []
    for (const passphrase of tries) answers.push(await reveal(passphrase))
    expect(answers).toEqual([403, 403, 403, 403, 200, 403, 403, 403, 403, 200])
  })

  test('is gone if it expires while the passphrase is being stretched', async () => {
    await using sotto = await startInstance()
    const share = () => sotto.posted('/secrets', { content: 'sésame', passphrase: 'open', ttl: '60s' })
    const open = (key: string, idempotencyKey?: string) =>
      revealSecret(sotto.app, stranger, key, { passphrase: 'open', idempotencyKey })
    const [plain, toRepeat, repeated] = [await share(), await share(), await share()]
    expect(await open(repeated.key, 'w'.repeat(16))).toEqual({ text: 'sésame' })
    const late = [open(plain.key), open(toRepeat.key, 'w'.repeat(16)), open(repeated.key, 'w'.repeat(16))]
    sotto.clock.advance(minute)
    for (const answer of await Promise.allSettled(late)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'secret_gone' } })
    }
  })

  test('is burned by too many wrong attempts from any networks, if the operator chose that', async () => {
    await using sotto = await startInstance({ ...behindProxy, 'burn-after-attempts': '3' })
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    for (const network of [office, elsewhere, '2001:db8::1']) {
      const headers = { 'x-forwarded-for': network }
      expect((await sotto.post(`/secrets/${key}/reveal`, { passphrase: 'wrong' }, headers)).status).toBe(403)
    }
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
    expect((await sotto.post(`/secrets/${key}/reveal`, { passphrase: 'open' })).status).toBe(404)
    expect(await (await sotto.fetch(`/api/v3/receipts/${receipt.key}`)).json()).toMatchObject({ state: 'burned' })
  })

  test('is never burned by wrong attempts otherwise', async () => {
    await using sotto = await startInstance(behindProxy)
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    const wrong = Array.from({ length: 6 }, (_, index) =>
      sotto.post(`/secrets/${key}/reveal`, { passphrase: 'wrong' }, { 'x-forwarded-for': `198.51.100.${index}` }),
    )
    for (const { status } of await Promise.all(wrong)) expect(status).toBe(403)
    expect((await rowsOf(sotto.app, 'secret'))[0]?.attempts).toBe(6)
  })
})

describe('the wait for the next attempt', () => {
  test('doubles from a minute to an hour, for one secret and one network', () => {
    const clock = new Clock()
    const attempts = new PassphraseAttempts(clock.readings.monotonic)
    for (let time = 0; time < 4; time += 1) attempts.consume('1/office')
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
      attempts.consume('1/office')
      clock.advance(minutes * minute - 1)
      expect(() => attempts.consume('1/office')).toThrow('passphrase_wait')
      expect(() => attempts.consume(`2/office/${minutes}/${clock.now}`)).not.toThrow()
      clock.advance(1)
    }
  })

  test('starts over after the right passphrase', () => {
    const attempts = new PassphraseAttempts(() => 0)
    for (let time = 0; time < 5; time += 1) attempts.consume('1/office')
    expect(() => attempts.consume('1/office')).toThrow('passphrase_wait')
    attempts.reset('1/office')
    expect(() => attempts.consume('1/office')).not.toThrow()
  })

  test('is stored for the latest ten thousand guessers', () => {
    const clock = new Clock()
    const attempts = new PassphraseAttempts(clock.readings.monotonic)
    for (let time = 0; time < 5; time += 1) attempts.consume('early')
    for (let other = 0; other < 9_999; other += 1) attempts.consume(`other/${other}`)
    expect(() => attempts.consume('early')).toThrow('passphrase_wait')
    attempts.consume('one more')
    expect(() => attempts.consume('early')).not.toThrow()
    clock.advance(hour)
  })
})

test('refuses guesses beyond the queue with too_busy, and serves the others', async () => {
  const salt = new Uint8Array(16)
  const answers = await Promise.allSettled(Array.from({ length: 36 }, () => stretch('guess', salt, cheap)))
  const busy = answers.filter((answer) => answer.status === 'rejected')
  expect(busy.map(({ reason }) => reason.code)).toEqual(['too_busy', 'too_busy'])
  expect((await stretch('guess', salt, cheap)).length).toBe(32)
})

async function refused(sotto: Instance, key: string, body?: object): Promise<[number, string]> {
  const answer = await sotto.post(`/secrets/${key}/reveal`, body)
  return [answer.status, ((await answer.json()) as { code: string }).code]
}
