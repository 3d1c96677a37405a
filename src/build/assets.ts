import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = join(import.meta.dir, '..', '..')
const source = join(root, 'assets')

/**
 * Builds style sheet, page scripts and icons into `outdir`, under names that carry a hash of their content, each with
 * its brotli and gzip twin where that is smaller, and `names.json` from plain name to hashed name.
 */
export async function buildAssets(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true })
  mkdirSync(outdir, { recursive: true })
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
    write(names, outdir, output.path.replace(/^.*\//, ''), new Uint8Array(await output.arrayBuffer()))
  for (const icon of readdirSync(join(source, 'icons')))
    write(names, outdir, icon, readFileSync(join(source, 'icons', icon)))
  writeFileSync(join(outdir, 'names.json'), JSON.stringify(names))
}

function write(names: Record<string, string>, outdir: string, name: string, bytes: Uint8Array): void {
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 10)
  const hashed = name.replace(/\.(\w+)$/, `.${hash}.$1`)
  names[name] = hashed
  writeFileSync(join(outdir, hashed), bytes)
  const twins = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gz: gzipSync(bytes, { level: 9 }),
  }
  for (const [ending, twin] of Object.entries(twins)) {
    if (twin.length < bytes.length) writeFileSync(join(outdir, `${hashed}.${ending}`), twin)
  }
}

if (import.meta.main) await buildAssets(join(root, 'dist', 'assets'))
