import { expect, test } from 'bun:test'
import { startInstance } from '../fixtures/instance.ts'

const compressed = { headers: { 'accept-encoding': 'br, gzip' }, decompress: false } as RequestInit

test('the create page and all it loads weigh at most 14 kB on the line (P34)', async () => {
  await using sotto = await startInstance()
  const markup = await (await sotto.fetch('/')).text()
  const loads = [...markup.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string)
  expect(loads.length).toBeGreaterThanOrEqual(3)
  let weight = 0
  for (const path of ['/', ...loads]) weight += (await (await sotto.fetch(path, compressed)).bytes()).length
  expect(weight).toBeGreaterThan(2000)
  expect(weight).toBeLessThanOrEqual(14_000)
})

test('a page that holds somebody’s secret or key is not compressed', async () => {
  await using sotto = await startInstance()
  const { key, receipt } = await sotto.posted('/secrets', { content: 'x' })
  for (const path of [`/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`])
    expect([path, (await sotto.fetch(path, compressed)).headers.get('content-encoding')]).toEqual([path, null])
  expect((await sotto.fetch('/', compressed)).headers.get('content-encoding')).toBe('gzip')
  expect(await (await sotto.fetch('/')).text()).toContain('</html>')
})
