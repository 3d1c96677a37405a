import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'bun'
import { buildAssets } from './assets.ts'

const root = join(import.meta.dir, '..', '..')

/**
 * Builds the executable `outfile` for `target` (this machine's by default), with templates, assets, migrations, texts
 * and the argon2 addon inside. It reads no .env, bunfig.toml or node_modules of the folder it is started in.
 */
export async function buildExecutable(outfile: string, target?: Bun.Build.CompileTarget): Promise<void> {
  const assets = join(root, 'dist', 'assets')
  await buildAssets(assets)
  const result = await Bun.build({
    entrypoints: [join(root, 'src', 'main.ts')],
    compile: {
      outfile,
      assets: [assets],
      autoloadDotenv: false,
      autoloadBunfig: false,
      execArgv: [],
      ...(target && { target }),
    },
    minify: true,
    sourcemap: 'linked',
    bytecode: true,
    format: 'esm',
    target: 'bun',
    define: { BUILD_COMMIT: JSON.stringify(await commitOf()), 'process.env.NODE_ENV': '"production"' },
  })
  if (!result.success) throw new AggregateError(result.logs, 'the executable did not build')
  if (!holdsArgon2(outfile)) throw new Error('the executable holds no argon2 addon')
}

async function commitOf(): Promise<string> {
  const { exitCode, stdout } = await $`git -C ${root} rev-parse --short=12 HEAD`.quiet().nothrow()
  return exitCode === 0 ? stdout.toString().trim() : 'unknown'
}

// A build without the platform's addon succeeds, and the executable would then hash three times slower.
function holdsArgon2(path: string): boolean {
  return /argon2\.[a-z0-9-]+-[a-z0-9]{8}\.node/.test(readFileSync(path, 'latin1'))
}

if (import.meta.main) {
  const outfile = join(root, 'dist', process.platform === 'win32' ? 'sotto.exe' : 'sotto')
  mkdirSync(join(root, 'dist'), { recursive: true })
  await buildExecutable(outfile)
  process.stdout.write(`${outfile}\n`)
}
