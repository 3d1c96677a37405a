import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = join(import.meta.dir, '..', '..')
const source = join(root, 'assets')

/**
 * Builds the style sheet, page scripts and icons into `outdir`, under names with a content hash. Each file also gets a
 * brotli and a gzip variant if that is smaller. `names.json` maps plain names to hashed names. Throws if a build fails.
 */
export async function buildAssets(outdir: string): Promise<void> {
  const staging = `${outdir}.${process.pid}`
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { recursive: true })
  const entries = readdirSync(source).filter((name) => /^[a-z]+\.(css|ts)$/.test(name) && !name.startsWith('shared'))
  const built = await Bun.build({
    entrypoints: entries.map((name) => join(source, name)),
    target: 'browser',
    minify: true,
    sourcemap: 'none',
  })
  if (!built.success) throw new AggregateError(built.logs, 'assets did not build')
  const names: Record<string, string> = {}
  for (const output of built.outputs)
    write(names, staging, output.path.replace(/^.*\//, ''), new Uint8Array(await output.arrayBuffer()))
  for (const icon of readdirSync(join(source, 'icons')))
    write(names, staging, icon, readFileSync(join(source, 'icons', icon)))
  writeFileSync(join(staging, 'names.json'), JSON.stringify(names))
  replace(outdir, staging)
}

// Files first, then names.json, then deletion of old files, so that a server can start at any moment.
function replace(outdir: string, staging: string): void {
  mkdirSync(outdir, { recursive: true })
  const files = [...readdirSync(staging).filter((file) => file !== 'names.json'), 'names.json']
  for (const file of files) renameSync(join(staging, file), join(outdir, file))
  for (const file of readdirSync(outdir))
    if (!files.includes(file)) rmSync(join(outdir, file), { force: true, recursive: true })
  rmSync(staging, { recursive: true })
}

function write(names: Record<string, string>, outdir: string, name: string, bytes: Uint8Array): void {
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 10)
  const hashedName = name.replace(/\.(\w+)$/, `.${hash}.$1`)
  names[name] = hashedName
  writeFileSync(join(outdir, hashedName), bytes)
  const variants = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gz: gzipSync(bytes, { level: 9 }),
  }
  for (const [extension, variant] of Object.entries(variants)) {
    if (variant.length < bytes.length) writeFileSync(join(outdir, `${hashedName}.${extension}`), variant)
  }
}

if (import.meta.main) await buildAssets(join(root, 'dist', 'assets'))
