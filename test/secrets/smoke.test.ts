import { expect, test } from 'bun:test'
import { startInstance } from '../support/instance.ts'

test('a secret that is created is revealed once', async () => {
  await using sotto = await startInstance()
  const { key } = await sotto.posted('/secrets', { content: 'sésame' })
  expect(await sotto.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'sésame' })
  expect((await sotto.post(`/secrets/${key}/reveal`)).status).toBe(404)
})
