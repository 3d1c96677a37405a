import { expect, test } from 'bun:test'
import { startInstance } from '../fixtures/instance.ts'

const compressed = { headers: { 'accept-encoding': 'br, gzip' }, decompress: false } as RequestInit

test('the create page with its assets has at most 14 kB compressed (P34)', async () => {
  await using sotto = await startInstance()
  const markup = await (await sotto.fetch('/')).text()
  const assets = [...markup.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string)
  expect(assets.length).toBeGreaterThanOrEqual(3)
  let weight = 0
  for (const path of ['/', ...assets]) weight += (await (await sotto.fetch(path, compressed)).bytes()).length
  expect(weight).toBeGreaterThan(2000)
  expect(weight).toBeLessThanOrEqual(14_000)
})

test('a page with a secret or key is not compressed', async () => {
  await using sotto = await startInstance()
  const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
  for (const path of [`/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`])
    expect([path, (await sotto.fetch(path, compressed)).headers.get('content-encoding')]).toEqual([path, null])
  expect((await sotto.fetch('/', compressed)).headers.get('content-encoding')).toBe('gzip')
  expect(await (await sotto.fetch('/')).text()).toContain('</html>')
})
