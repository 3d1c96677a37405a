import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'bun'
import { buildAssets } from './assets.ts'

export const root = join(import.meta.dir, '..', '..')

/** Another platform: its name, its Bun, and the folder of modules that has its argon2. */
export interface TargetPlatform {
  readonly target: Bun.Build.CompileTarget
  readonly executablePath: string
  readonly addons: string
}

/**
 * Builds the executable `outfile` for this machine, or for another platform, with templates, assets, migrations, texts
 * and the argon2 addon inside. It reads no .env, bunfig.toml or node_modules of the folder it is started in. The same
 * sources give the same bytes.
 */
export async function buildExecutable(outfile: string, elsewhere?: TargetPlatform): Promise<void> {
  const assets = join(root, 'dist', 'assets')
  await buildAssets(assets)
  const { addons, ...platform } = elsewhere ?? { addons: join(root, 'node_modules') }
  const result = await Bun.build({
    entrypoints: [join(root, 'src', 'main.ts')],
    compile: { outfile, assets: [assets], autoloadDotenv: false, autoloadBunfig: false, execArgv: [], ...platform },
    minify: true,
    sourcemap: 'linked',
    bytecode: true,
    format: 'esm',
    target: 'bun',
    plugins: [addonsFrom(addons)],
    define: { BUILD_COMMIT: JSON.stringify(await commitOf()), 'process.env.NODE_ENV': '"production"' },
  })
  if (!result.success) throw new AggregateError(result.logs, 'the executable did not build')
  const found = addonsIn(outfile)
  const wanted = addonName(addons)
  if (found.length !== 1 || found[0] !== wanted)
    throw new Error(`the executable should hold ${wanted} and holds ${found.join(', ') || 'no argon2 addon'}`)
}

// Each platform's argon2 is a package of its own, which the loader asks for by name.
function addonsFrom(modules: string): Bun.BunPlugin {
  return {
    name: 'argon2 of the platform',
    setup: (build) => {
      build.onResolve({ filter: /^@node-rs\/argon2-/ }, ({ path }) => {
        const place = join(modules, path)
        if (!existsSync(place)) return { path, external: true }
        const addon = path.endsWith('.json') ? '' : readdirSync(place).find((file) => file.endsWith('.node'))
        return { path: join(place, addon ?? '') }
      })
    },
  }
}

function addonName(modules: string): string | undefined {
  return [...new Bun.Glob('@node-rs/argon2-*/*.node').scanSync(modules)][0]?.replace(/^.*\/(.*)\.node$/, '$1')
}

// A build without the platform's addon succeeds, and the executable would then hash three times slower.
function addonsIn(path: string): string[] {
  const names = readFileSync(path, 'latin1').match(/argon2\.[a-z0-9-]+-[a-z0-9]{8}\.node/g) ?? []
  return [...new Set(names.map((name) => name.slice(0, -14)))]
}

async function commitOf(): Promise<string> {
  const { exitCode, stdout } = await $`git -C ${root} rev-parse --short=12 HEAD`.quiet().nothrow()
  return exitCode === 0 ? stdout.toString().trim() : 'unknown'
}

if (import.meta.main) {
  const outfile = join(root, 'dist', process.platform === 'win32' ? 'sotto.exe' : 'sotto')
  mkdirSync(join(root, 'dist'), { recursive: true })
  await buildExecutable(outfile)
  process.stdout.write(`${outfile}\n`)
}
