import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'bun'
import manifest from '../../package.json' with { type: 'json' }
import { buildExecutable, root } from './build.ts'

/** A platform: its target name in Bun, and the names of its system, processor and C library in npm. */
interface Platform {
  readonly target: Bun.Build.CompileTarget
  readonly os: string
  readonly cpu: string
  readonly libc?: string
}

/** The platforms of a release. */
export const platforms: readonly Platform[] = [
  { target: 'bun-linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { target: 'bun-linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { target: 'bun-linux-x64-musl', os: 'linux', cpu: 'x64', libc: 'musl' },
  { target: 'bun-linux-arm64-musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
  { target: 'bun-darwin-x64', os: 'darwin', cpu: 'x64' },
  { target: 'bun-darwin-arm64', os: 'darwin', cpu: 'arm64' },
  { target: 'bun-windows-x64', os: 'win32', cpu: 'x64' },
]

const release = join(root, 'dist', 'release')

/**
 * Builds the executables of a release into dist/release, with SHA256SUMS and an SBOM (CycloneDX). Bun and argon2 for each
 * platform are installed from the lock file, which verifies their integrity. Returns the file names.
 */
export async function buildRelease(selection: readonly Platform[] = platforms): Promise<string[]> {
  rmSync(release, { recursive: true, force: true })
  mkdirSync(release, { recursive: true })
  const names: string[] = []
  for (const platform of selection) names.push(await buildFor(platform))
  const sbom = await $`npm sbom --sbom-format=cyclonedx --omit=dev`.cwd(root).quiet()
  writeFileSync(join(release, 'sotto.cdx.json'), sbom.stdout)
  const checksums = [...names, 'sotto.cdx.json'].map((name) => `${sha256(join(release, name))}  ${name}\n`)
  writeFileSync(join(release, 'SHA256SUMS'), checksums.join(''))
  return names
}

async function buildFor({ target, os, cpu, libc }: Platform): Promise<string> {
  const modules = await install(target, ['--os', os, '--cpu', cpu, ...(libc ? ['--libc', libc] : [])])
  const runtime = [...new Bun.Glob('@oven/bun-*/bin/bun*').scanSync(modules)][0]
  if (runtime === undefined) throw new Error(`no Bun for ${target}`)
  const name = `sotto-${manifest.version}-${target.replace('bun-', '')}${os === 'win32' ? '.exe' : ''}`
  await buildExecutable(join(release, name), { target, executablePath: join(modules, runtime), addons: modules })
  rmSync(join(release, `${name.replace(/\.exe$/, '')}.map`), { force: true })
  return name
}

async function install(target: string, platform: string[]): Promise<string> {
  const folder = join(root, 'dist', 'cross', target)
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(root, file), join(folder, file))
  await $`npm ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error ${platform}`.cwd(folder).quiet()
  return join(folder, 'node_modules')
}

function sha256(path: string): string {
  return new Bun.CryptoHasher('sha256').update(readFileSync(path)).digest('hex')
}

if (import.meta.main) {
  for (const name of await buildRelease()) process.stdout.write(`${join(release, name)}\n`)
}
