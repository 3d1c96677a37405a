import { describe, expect, test } from 'bun:test'
import { hour, minute } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { everyRow } from '../fixtures/stored.ts'

describe('a receipt shows the state of a secret', () => {
  test('new, with the link, until it is revealed', async () => {
    await using sotto = await startInstance()
    const { key, url, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    expect(await read(sotto, receipt.key)).toEqual({
      state: 'new',
      created_at: moment(sotto, 0),
      expires_at: moment(sotto, hour),
      secret: { key, url },
    })
    expect(url).toBe(`${sotto.url}/secret/${key}`)
    expect(await page(sotto, receipt.key)).toContain(url)
  })

  test('revealed, with the moment but no person, and without the link', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(5 * minute)
    await sotto.posted(`/secrets/${key}/reveal`)
    sotto.clock.advance(5 * minute)
    expect(await read(sotto, receipt.key)).toEqual({
      state: 'revealed',
      created_at: moment(sotto, -10 * minute),
      expires_at: moment(sotto, 50 * minute),
      revealed_at: moment(sotto, -5 * minute),
    })
    expect(await page(sotto, receipt.key)).not.toContain(key)
  })

  test('burned, with the moment and without the link', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(minute)
    const burned = await sotto.posted<object>(`/receipts/${receipt.key}/burn`)
    expect(burned).toEqual({
      state: 'burned',
      created_at: moment(sotto, -minute),
      expires_at: moment(sotto, 59 * minute),
      burned_at: moment(sotto, 0),
    })
    expect((await everyRow(sotto.app)).secret).toEqual([])
    expect(await page(sotto, receipt.key)).not.toContain(key)
  })

  test('expired, and is gone after twice the lifetime of the secret', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    sotto.clock.advance(hour)
    expect(await read(sotto, receipt.key)).toMatchObject({ state: 'expired' })
    expect(await page(sotto, receipt.key)).not.toContain(key)
    sotto.clock.advance(hour - 1)
    expect(await read(sotto, receipt.key)).toMatchObject({ state: 'expired' })
    sotto.clock.advance(1)
    const [gone, never] = [receipt.key, 'a'.repeat(31)]
    for (const path of ['/api/v3/receipts/', '/receipt/']) {
      expect((await sotto.fetch(path + gone)).status).toBe(404)
      expect((await sotto.fetch(path + never)).status).toBe(404)
    }
    expect((await sotto.post(`/receipts/${gone}/burn`)).status).toBe(404)
  })
})

describe('burning', () => {
  test('changes nothing after a reveal', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
    await sotto.posted(`/secrets/${key}/reveal`)
    const before = await everyRow(sotto.app)
    sotto.clock.advance(minute)
    expect(await sotto.posted<object>(`/receipts/${receipt.key}/burn`)).toMatchObject({ state: 'revealed' })
    expect(await everyRow(sotto.app)).toEqual(before)
  })

  test('changes nothing the second time', async () => {
    await using sotto = await startInstance()
    const { receipt } = await sotto.posted('/secrets', { content: 'sésame' })
    const once = await sotto.posted<object>(`/receipts/${receipt.key}/burn`)
    sotto.clock.advance(minute)
    expect(await sotto.posted<object>(`/receipts/${receipt.key}/burn`)).toEqual(once)
  })

  test('requires the receipt: the link itself burns nothing', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    const before = await everyRow(sotto.app)
    expect((await sotto.post(`/receipts/${key}/burn`)).status).toBe(404)
    expect((await sotto.post(`/secrets/${key}/burn`)).status).toBe(404)
    expect(await everyRow(sotto.app)).toEqual(before)
  })
})

test('a receipt opens nothing: its key is not the key of the secret', async () => {
  await using sotto = await startInstance()
  const { key, receipt } = await sotto.posted('/secrets', { content: 'sésame' })
  expect((await sotto.post(`/secrets/${receipt.key}/reveal`)).status).toBe(404)
  expect((await sotto.fetch(`/api/v3/receipts/${key}`)).status).toBe(404)
  expect((await everyRow(sotto.app)).secret).toHaveLength(1)
})

async function read(sotto: Instance, receiptKey: string): Promise<object> {
  return (await (await sotto.fetch(`/api/v3/receipts/${receiptKey}`)).json()) as object
}

async function page(sotto: Instance, receiptKey: string): Promise<string> {
  const response = await sotto.fetch(`/receipt/${receiptKey}`)
  expect(response.status).toBe(200)
  return response.text()
}

function moment(sotto: Instance, away: number): string {
  return new Date(sotto.clock.now + away).toISOString()
}
