import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInstance } from '../fixtures/instance.ts'

const megabyte = 2 ** 20
const disk = mkdtempSync(join(tmpdir(), 'sotto-disk-'))
const isMounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).exitCode === 0

beforeAll(() => {
  if (!isMounted) console.log('the tests of a full disk are skipped: mounting is not permitted')
})
afterAll(() => {
  if (isMounted) Bun.spawnSync(['umount', disk])
  rmSync(disk, { recursive: true, force: true })
})

function free(): number {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

// Fills the disk completely.
function fill(): string {
  const path = join(disk, 'filling')
  for (let size = free(); size > 0; size = free()) {
    try {
      writeFileSync(path, new Uint8Array(size), { flag: 'a' })
    } catch {
      break
    }
  }
  return path
}

test.skipIf(!isMounted)(
  'refuses creates while space is low, continues reveals, and accepts creates when there is space again',
  async () => {
    await using sotto = await startInstance({ 'data-dir': join(disk, 'low'), 'free-space': '4MB' })
    expect(statSync(join(disk, 'low', 'ballast')).size).toBe(8 * megabyte)
    const { key } = await sotto.posted('/secrets', { content: 'has not been opened' })
    const filling = join(disk, 'filling')
    writeFileSync(filling, new Uint8Array(free() - 2 * megabyte))
    sotto.clock.advance(1000)
    const refused = await sotto.post('/secrets', { content: 'x' })
    expect(refused.status).toBe(507)
    expect(await refused.json()).toMatchObject({ code: 'storage_full' })
    expect((await sotto.posted(`/secrets/${key}/reveal`)).content).toBe('has not been opened')
    rmSync(filling)
    sotto.clock.advance(1000)
    expect((await sotto.post('/secrets', { content: 'x' })).status).toBe(201)
    rmSync(join(disk, 'low'), { recursive: true })
  },
)

test.skipIf(!isMounted)('on a full disk, loses nothing acknowledged and continues reveals and purge', async () => {
  await using sotto = await startInstance({ 'data-dir': join(disk, 'full'), 'free-space': '0B' })
  const ballast = join(disk, 'full', 'ballast')
  const acknowledged: string[] = []
  const content = 'x'.repeat(50_000)
  const { key } = await sotto.posted('/secrets', { content: 'first' })
  fill()
  let refused = 0
  for (let tries = 0; tries < 400 && refused < 3; tries++) {
    const answer = await sotto.post('/secrets', { content })
    if (answer.ok) acknowledged.push(((await answer.json()) as { key: string }).key)
    else {
      expect(answer.status).toBe(507)
      refused++
    }
  }
  expect([refused, existsSync(ballast)]).toEqual([3, false])
  expect(acknowledged.length).toBeGreaterThan(20)
  for (const one of acknowledged) expect((await sotto.fetch(`/api/v3/secrets/${one}`)).status).toBe(200)
  rmSync(join(disk, 'filling'), { force: true })
  expect((await sotto.posted(`/secrets/${key}/reveal`)).content).toBe('first')
  for (const one of acknowledged) expect((await sotto.posted(`/secrets/${one}/reveal`)).content).toBe(content)
})
