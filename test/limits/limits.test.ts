import { expect, test } from 'bun:test'
import { day, minute } from '../fixtures/clock.ts'
import { startInstance } from '../fixtures/instance.ts'

const from = (address: string) => ({ 'x-forwarded-for': address })
const proxied = { 'trusted-proxies': '127.0.0.1' }

test('makes a network wait that sends too many requests, says how long, and affects no other', async () => {
  await using sotto = await startInstance({ ...proxied, 'limit-requests': '3/1m' })
  const create = (address: string) => sotto.post('/secrets', { content: 'x' }, from(address))
  const first = await create('203.0.113.7')
  expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=3;w=60')
  expect(first.headers.get('ratelimit')).toBe('"requests";r=2;t=0')
  await create('203.0.113.7')
  await create('203.0.113.7')
  const refused = await create('203.0.113.7')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('20')
  expect(await refused.json()).toMatchObject({ code: 'slow_down', facts: { seconds: 20 } })
  expect((await create('203.0.113.8')).status).toBe(201)
  sotto.clock.advance(20_000)
  expect((await create('203.0.113.7')).status).toBe(201)
})

test('counts by IPv4 address, or by the /64 of an IPv6 address', async () => {
  await using sotto = await startInstance({ ...proxied, 'limit-requests': '1/1m' })
  const create = async (address: string) => (await sotto.post('/secrets', { content: 'x' }, from(address))).status
  expect(await create('2001:db8:1:2::1')).toBe(201)
  expect(await create('2001:db8:1:2:ffff::2')).toBe(429)
  expect(await create('2001:db8:1:3::1')).toBe(201)
})

test('limits every path that may change something, and no safe request', async () => {
  await using sotto = await startInstance({ 'limit-requests': '1/1m' })
  const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
  const form = { method: 'POST', body: 'content=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  const unsafe = ['/secret', '/generate', `/secret/${key}`, `/receipt/${receipt.key}/burn`, '/preferences/theme']
  for (const path of unsafe) expect([path, (await sotto.fetch(path, form)).status]).toEqual([path, 429])
  for (const path of [
    '/secrets/generate',
    `/secrets/${key}/reveal`,
    `/secrets/${key}/acknowledge`,
    `/receipts/${receipt.key}/burn`,
  ])
    expect([path, (await sotto.post(path, {})).status]).toEqual([path, 429])
  for (const path of ['/', `/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`]) {
    const response = await sotto.fetch(path)
    expect([path, response.status, response.headers.get('ratelimit')]).toEqual([path, 200, null])
  }
})

test('limits all networks together, and one network cannot use that up', async () => {
  await using sotto = await startInstance({ ...proxied, 'limit-requests': '2/1m', 'limit-all': '4/1m' })
  const create = async (address: string) => (await sotto.post('/secrets', { content: 'x' }, from(address))).status
  for (let i = 0; i < 10; i++) await create('203.0.113.1')
  expect([await create('203.0.113.2'), await create('203.0.113.3')]).toEqual([201, 201])
  expect(await create('203.0.113.4')).toBe(429)
})

test('limits the creates of a network per day, but not its reveals', async () => {
  await using sotto = await startInstance({ ...proxied, 'limit-creates': '2/1d' })
  const create = () => sotto.post('/secrets', { content: 'x' }, from('203.0.113.7'))
  const { key } = (await (await create()).json()) as { key: string }
  expect((await create()).status).toBe(201)
  const refused = await create()
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({ code: 'creation_quota' })
  expect(refused.headers.get('retry-after')).toBe(String((12 * 60 * minute) / 1000))
  expect((await sotto.post('/secrets/generate', {}, from('203.0.113.7'))).status).toBe(429)
  expect((await sotto.post(`/secrets/${key}/reveal`, {}, from('203.0.113.7'))).status).toBe(200)
  expect((await sotto.post('/secrets', { content: 'x' }, from('203.0.113.8'))).status).toBe(201)
  sotto.clock.advance(day)
  expect((await create()).status).toBe(201)
})

test('sends no header for a limit that is off', async () => {
  await using sotto = await startInstance({ 'limit-requests': 'off', 'limit-creates': 'off', 'limit-all': 'off' })
  const answer = await sotto.post('/secrets', { content: 'x' })
  expect([answer.status, answer.headers.get('ratelimit')]).toEqual([201, null])
})

test('a network’s pseudonym reveals nothing about its address, and changes every day', async () => {
  await using sotto = await startInstance()
  const today = sotto.app.pseudonyms.pseudonym('203.0.113.7')
  expect(today).toMatch(/^[0-9a-f]{16}$/)
  expect(sotto.app.pseudonyms.pseudonym('203.0.113.7')).toBe(today)
  expect(sotto.app.pseudonyms.pseudonym('203.0.113.8')).not.toBe(today)
  sotto.clock.advance(day)
  expect(sotto.app.pseudonyms.pseudonym('203.0.113.7')).not.toBe(today)
})
