import { expect, test } from 'bun:test'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'bun'
import { buildRelease, platforms } from '../../src/build/cross.ts'
import { temporaryFolder } from '../fixtures/instance.ts'
import { root } from '../fixtures/process.ts'

const release = join(root, 'dist', 'release')

test('a release has all platforms', () => {
  const names = platforms.map(({ target }) => target.replace('bun-', ''))
  expect(names).toEqual([
    'linux-x64',
    'linux-arm64',
    'linux-x64-musl',
    'linux-arm64-musl',
    'darwin-x64',
    'darwin-arm64',
    'windows-x64',
  ])
})

test('an executable for another platform contains its argon2, its checksum is listed, and the SBOM lists the packages', async () => {
  const [name = ''] = await buildRelease(platforms.filter(({ target }) => target === 'bun-linux-arm64-musl'))
  const bytes = readFileSync(join(release, name), 'latin1')
  expect(bytes).toContain('argon2.linux-arm64-musl')
  expect(bytes).not.toContain('argon2.linux-x64-gnu-')
  expect((await $`sha256sum -c SHA256SUMS`.cwd(release).quiet().nothrow()).exitCode).toBe(0)
  const { components } = await Bun.file(join(release, 'sotto.cdx.json')).json()
  const packages = components.map((component: { name: string }) => component.name)
  expect(packages).toContain('kysely')
  expect(packages).not.toContain('playwright-core')
}, 120_000)

test('the same sources build the same bytes in any folder', async () => {
  using folder = temporaryFolder()
  const sums: string[] = []
  for (const path of ['here', 'there/and/deeper']) {
    const copy = join(folder.path, path)
    for (const part of ['src', 'templates', 'assets', 'package.json', 'tsconfig.json', 'bunfig.toml'])
      cpSync(join(root, part), join(copy, part), { recursive: true })
    await $`cp -al ${join(root, 'node_modules')} ${copy} || cp -a ${join(root, 'node_modules')} ${copy}`.quiet()
    await $`${join(copy, 'node_modules', '.bin', 'bun')} src/build/build.ts`.cwd(copy).quiet()
    sums.push(new Bun.CryptoHasher('sha256').update(readFileSync(join(copy, 'dist', 'sotto'))).digest('hex'))
  }
  expect(sums[0]).toBe(sums[1] as string)
}, 120_000)
