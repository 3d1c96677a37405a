import { expect, test } from 'bun:test'
import { stretch } from '../../src/crypto/argon2.ts'
import { systemRuntime } from '../../src/open-app.ts'
import { startInstance } from '../fixtures/instance.ts'

test('refuses passphrases beyond the queue with too_busy, and loses no secret', async () => {
  await using sotto = await startInstance()
  const keys: string[] = []
  for (let i = 0; i < 40; i++)
    keys.push((await sotto.posted('/secrets', { content: `secret ${i}`, passphrase: 'p' })).key)
  const open = (key: string) => sotto.post(`/secrets/${key}/reveal`, { passphrase: 'p' })
  const before = Array.from({ length: 34 }, () => stretch('p', new Uint8Array(16), systemRuntime.argon2))
  const answers = await Promise.all(keys.map(open))
  const busy = answers.filter(({ status }) => status === 503)
  expect(busy.length).toBeGreaterThan(0)
  expect(busy.length + answers.filter(({ ok }) => ok).length).toBe(40)
  expect(busy[0]?.headers.get('retry-after')).toBe('5')
  await Promise.all(before)
  for (const [index, { status }] of answers.entries()) {
    const again = await open(keys[index] ?? '')
    expect(again.status).toBe(status === 503 ? 200 : 404)
  }
})

test('reveals secrets without a passphrase while passphrases wait', async () => {
  await using sotto = await startInstance({}, systemRuntime.argon2)
  const { key } = await sotto.posted('/secrets', { content: 'no passphrase' })
  const slow = Array.from({ length: 20 }, () => sotto.post('/secrets', { content: 'x', passphrase: 'p' }))
  const first = await Promise.race([sotto.posted(`/secrets/${key}/reveal`), Promise.all(slow).then(() => 'slow')])
  expect(first).toMatchObject({ content: 'no passphrase' })
  for (const answer of await Promise.all(slow)) expect(answer.status).toBe(201)
})
