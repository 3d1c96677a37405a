import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = join(import.meta.dir, '..', '..')
const source = join(root, 'assets')

/**
 * Builds style sheet, page scripts and icons into `outdir`, under names that carry a hash of their content, each with
 * its brotli and gzip twin where that is smaller, and `names.json` from plain name to hashed name.
 */
export async function buildAssets(outdir: string): Promise<void> {
  const draft = `${outdir}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
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
    write(names, draft, output.path.replace(/^.*\//, ''), new Uint8Array(await output.arrayBuffer()))
  for (const icon of readdirSync(join(source, 'icons')))
    write(names, draft, icon, readFileSync(join(source, 'icons', icon)))
  writeFileSync(join(draft, 'names.json'), JSON.stringify(names))
  replace(outdir, draft)
}

// File by file, the names after what they name and the old ones last: a server that starts meanwhile finds all it needs.
function replace(outdir: string, draft: string): void {
  mkdirSync(outdir, { recursive: true })
  const files = [...readdirSync(draft).filter((file) => file !== 'names.json'), 'names.json']
  for (const file of files) renameSync(join(draft, file), join(outdir, file))
  for (const file of readdirSync(outdir))
    if (!files.includes(file)) rmSync(join(outdir, file), { force: true, recursive: true })
  rmSync(draft, { recursive: true })
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
